using IclMesh.Cli.Demonstrations;
using IclMesh.Inference.V1;
using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.V1;

namespace IclMesh.Cli.Kernel;

/// <summary>Prompts a model with random demonstrations and records what a head scan needs; prompts as in figure 1 of arXiv 2305.12766.</summary>
/// <param name="inference">The inference service.</param>
/// <param name="model">Model.</param>
/// <param name="labels">Labels, one word each.</param>
/// <param name="demonstrations">Where demonstrations are drawn from.</param>
/// <param name="k">Demonstrations per prompt.</param>
/// <param name="seed">Seed; every row has a stream of its own.</param>
/// <param name="pooling">How attention over a demonstration becomes one number.</param>
internal sealed class PromptRecorder(
    InferenceService.InferenceServiceClient inference,
    string model,
    LabelList labels,
    IReadOnlyList<LabelledText> demonstrations,
    int k,
    ulong seed,
    AttentionPooling pooling)
{
    /// <summary>Records one row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="index">Its place, which picks the random stream.</param>
    /// <param name="report">The prompt reports instead of selecting.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task<RecordedPrompt> RecordAsync(LabelledText row, int index, bool report, CancellationToken cancellationToken)
    {
        var chosen = Draw(row.Text, new SeededRandom(seed, (ulong)index));
        var request = new ScoreRequest { Model = model, Attention = new() { Poolings = { pooling } } };
        foreach (var demonstration in chosen)
        {
            var id = $"{demonstration.Line}";
            request.Segments.Add(new Segment { Kind = SegmentKind.DemonstrationInput, Text = Input(demonstration.Text), DemonstrationId = id });
            request.Segments.Add(new Segment { Kind = SegmentKind.DemonstrationLabel, Text = Label(demonstration.Label), DemonstrationId = id });
            request.Segments.Add(new Segment { Kind = SegmentKind.Separator, Text = "\n\n", DemonstrationId = id });
        }

        request.Segments.Add(new Segment { Kind = SegmentKind.Query, Text = Input(row.Text) });
        request.Choices.AddRange(Enumerable.Range(0, labels.Words.Count).Select(Label));
        var scored = await inference.ScoreAsync(request, cancellationToken: cancellationToken);
        double[] logs = [.. scored.Choices.Select(choice => choice.LogProbability)];
        var dropped = scored.DroppedDemonstrationIds.ToHashSet();
        return new()
        {
            Attention = { scored.Attention[0].Values },
            Labels = { chosen.Where(demonstration => !dropped.Contains($"{demonstration.Line}")).Select(demonstration => demonstration.Label) },
            ModelLabel = Statistics.ArgMax(logs),
            GoldLabel = row.Label,
            LogProbabilities = { logs },
            Report = report,
        };
    }

    private static string Input(string text) => $"Input: {text}\nOutput:";

    private string Label(int label) => $" {labels.Words[label]}";

    /// <summary>k distinct demonstrations, never the row's own text.</summary>
    private List<LabelledText> Draw(string text, SeededRandom random)
    {
        var chosen = new List<LabelledText>();
        var taken = new HashSet<int>();
        while (chosen.Count < k)
        {
            var at = random.Below(demonstrations.Count);
            if (taken.Add(at) && demonstrations[at].Text != text)
            {
                chosen.Add(demonstrations[at]);
            }

            if (taken.Count == demonstrations.Count && chosen.Count < k)
            {
                throw MeshException.Invalid("k", $"must be at most the {chosen.Count} demonstrations that differ from the row, is {k}");
            }
        }

        return chosen;
    }
}
