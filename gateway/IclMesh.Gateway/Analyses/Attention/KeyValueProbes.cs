using System.Runtime.InteropServices;
using Google.Protobuf;
using IclMesh.Gateway.Analyses.Recording;
using IclMesh.Kernel.V1;

namespace IclMesh.Gateway.Analyses.Attention;

/// <summary>E4: do values carry the label, and keys what the model expects after the input? Ridge probes, folds by prompt.</summary>
internal sealed class KeyValueProbes(StudyContext study, KernelCalls kernel)
{
    private const int FrequentTokens = 10;

    public async Task<object?> ComputeAsync(IReadOnlyList<RecordedUnit> positions, IReadOnlyList<RecordedUnit> alone, CancellationToken cancellationToken)
    {
        var probed = positions.Where(unit => unit.Tensors.ContainsKey("values")).ToList();
        if (probed.Count < 2)
        {
            return null;
        }

        var expected = alone.ToDictionary(unit => unit.Record.Row, unit => Expected(unit.Record));
        var rows = probed.SelectMany(unit => unit.Record.Demonstrations.Select((demonstration, index) => (Unit: unit, demonstration.Label, demonstration.Id, Index: index))).ToList();
        int[] tokens = [.. rows.Select(row => expected[row.Unit.Record.Row][row.Id])];
        int[] frequent = [.. tokens.GroupBy(token => token).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Take(FrequentTokens).Select(group => group.Key)];
        return new
        {
            prompts = probed.Count,
            demonstrations = rows.Count,
            offsets = PositionSeries.Offsets,
            values = await ProbeAsync(probed, "values", [.. rows.Select(row => row.Label)], study.Classes, cancellationToken),
            keys = await ProbeAsync(probed, "keys", [.. tokens.Select(Class)], frequent.Length + 1, cancellationToken),
            keysBeforeRotation = await ProbeAsync(probed, "keys.unrotated", [.. tokens.Select(Class)], frequent.Length + 1, cancellationToken),
        };

        int Class(int token) => Array.IndexOf(frequent, token) is >= 0 and var place ? place : frequent.Length;
    }

    /// <summary>Most probable next token after each demonstration's text alone.</summary>
    private static Dictionary<string, int> Expected(PromptRecord record) =>
        record.Demonstrations.Select((demonstration, index) => (demonstration.Id, Token: record.NextTokens[index + 1])).ToDictionary(pair => pair.Id, pair => pair.Token);

    private async Task<object?> ProbeAsync(List<RecordedUnit> units, string quantity, int[] classes, int count, CancellationToken cancellationToken)
    {
        if (!units[0].Tensors.TryGetValue(quantity, out var first))
        {
            return null;
        }

        int[] groups = [.. units.SelectMany((unit, group) => Enumerable.Repeat(group, unit.Record.Demonstrations.Length))];
        var options = new ProbeOptions { Classes = { classes }, ClassCount = count, Groups = { groups }, Ridge = 0.01, Seed = study.Seed };
        var (layers, heads) = (first.Shape[0], first.Shape[1]);
        var response = await kernel.ProbeAsync(options, Sites(units, quantity, layers, heads), cancellationToken);
        var accuracies = response.Sites.Select(site => site.Accuracy.Estimate).ToArray();

        // Sites come layer by layer, head by head, offset by offset.
        var offsets = PositionSeries.Offsets.Length;
        return new
        {
            response.Majority,
            accuracy = accuracies.Chunk(offsets).Chunk(heads),
            byOffset = Enumerable.Range(0, offsets).Select(offset =>
            {
                var best = response.Sites.Where((_, index) => index % offsets == offset).MaxBy(site => site.Accuracy.Estimate)!;
                return new
                {
                    offset = PositionSeries.Offsets[offset],
                    mean = accuracies.Where((_, index) => index % offsets == offset).Average(),
                    best = new { site = best.Name, accuracy = ResultJson.Of(best.Accuracy) },
                };
            }),
        };
    }

    private static IEnumerable<ProbeSite> Sites(List<RecordedUnit> units, string quantity, int layers, int heads)
    {
        var offsets = PositionSeries.Offsets.Length;
        for (var layer = 0; layer < layers; layer++)
        {
            for (var head = 0; head < heads; head++)
            {
                for (var offset = 0; offset < offsets; offset++)
                {
                    var values = new List<float>();
                    var size = 0;
                    foreach (var tensor in units.Select(unit => unit.Tensors[quantity]))
                    {
                        size = tensor.Shape[3];
                        for (var row = offset; row < tensor.Shape[2]; row += offsets)
                        {
                            values.AddRange(tensor.Values.AsSpan(((((layer * heads) + head) * tensor.Shape[2]) + row) * size, size));
                        }
                    }

                    yield return new()
                    {
                        Name = $"{layer}.{head}{PositionSeries.Offsets[offset]:+0;-0;+0}",
                        Features = new()
                        {
                            Fp32 = new()
                            {
                                Rows = values.Count / size,
                                Columns = size,
                                Values = ByteString.CopyFrom(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values))),
                            },
                        },
                    };
                }
            }
        }
    }
}
