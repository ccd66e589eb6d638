using System.Runtime.InteropServices;
using Grpc.Core;
using IclMesh.Gateway.Legs;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>Records the last position's attention over every token, and keys and values around the labels.</summary>
/// <remarks>Tensors: <c>attention.last</c> [L, H, T]; <c>keys</c>, <c>keys.unrotated</c> and <c>values</c> [L, G, N * offsets, D].</remarks>
internal sealed class PositionSeries(
    StudyContext study,
    Condition condition,
    DemonstrationSource source,
    InferenceService.InferenceServiceClient inference,
    int alignedRows,
    int probedRows) : ISeries
{
    /// <summary>Offsets from a label's last token whose keys and values are recorded (paper, experiment E4).</summary>
    public static readonly int[] Offsets = [-1, 0, 1, 2, 3];

    private readonly PromptWriter writer = new(study, condition, source);

    public string Name => "positions";

    public IReadOnlyList<int> Rows => [.. condition.Rows.Take(Math.Max(alignedRows, probedRows))];

    public async Task<RecordedUnit> RecordAsync(int row, CancellationToken cancellationToken)
    {
        var shown = await writer.ShowAsync(row, cancellationToken);
        var request = new CaptureRequest { Model = study.Study.Model, Segments = { writer.Segments(row, shown) } };
        var place = Rows.Index().First(pair => pair.Item == row).Index;
        if (place < alignedRows)
        {
            request.Attention = new() { Positions = { -1 } };
        }

        ShownDemonstration[] demonstrations =
            [.. shown.Select(pair => new ShownDemonstration(pair.Hit.Demonstration.Id, pair.Label, pair.Hit.Similarity))];
        if (place < probedRows)
        {
            // Where the labels stand is known once the prompt is tokenised: a first call tells.
            var labels = Describe(row, demonstrations, await PromptAsync(request, cancellationToken));
            var site = new CaptureSite { Positions = { LabelPositions(labels).Distinct().Order() } };
            (request.Keys, request.KeysBeforeRotation, request.Values) = (site, site.Clone(), site.Clone());
        }

        var (prompt, blocks) = await ReadAsync(request, cancellationToken);
        var record = Describe(row, demonstrations, prompt);
        var tensors = new Dictionary<string, NamedTensor>();
        Join(tensors, blocks, CaptureKind.Attention, "attention.last", record);
        Join(tensors, blocks, CaptureKind.Keys, "keys", record);
        Join(tensors, blocks, CaptureKind.KeysBeforeRotation, "keys.unrotated", record);
        Join(tensors, blocks, CaptureKind.Values, "values", record);
        return new(record, tensors);
    }

    private async Task<CapturedPrompt> PromptAsync(CaptureRequest request, CancellationToken cancellationToken)
    {
        var probe = request.Clone();
        probe.Attention = null;
        probe.Hidden = new() { Layers = { 0 }, Positions = { -1 } };
        return (await ReadAsync(probe, cancellationToken)).Prompt;
    }

    private async Task<(CapturedPrompt Prompt, List<CaptureBlock> Blocks)> ReadAsync(CaptureRequest request, CancellationToken cancellationToken)
    {
        using var call = inference.Capture(request, cancellationToken: cancellationToken);
        return await Leg.NameFailures(Leg.Capture, ReadAsync(call.ResponseStream, cancellationToken), cancellationToken);
    }

    private static async Task<(CapturedPrompt Prompt, List<CaptureBlock> Blocks)> ReadAsync(
        IAsyncStreamReader<CaptureResponse> stream, CancellationToken cancellationToken)
    {
        CapturedPrompt prompt = new();
        var blocks = new List<CaptureBlock>();
        await foreach (var message in stream.ReadAllAsync(cancellationToken))
        {
            if (message.ContentCase == CaptureResponse.ContentOneofCase.Prompt)
            {
                prompt = message.Prompt;
            }
            else
            {
                blocks.Add(message.Block);
            }
        }

        return (prompt, blocks);
    }

    private PromptRecord Describe(int row, ShownDemonstration[] shown, CapturedPrompt prompt)
    {
        var dropped = prompt.DroppedDemonstrationIds.ToHashSet(StringComparer.Ordinal);
        return new()
        {
            Row = row,
            Gold = study.Gold[row],
            Demonstrations = [.. shown.Where(demonstration => !dropped.Contains(demonstration.Id))],
            PromptTokens = prompt.TokenIds.Count,
            InputSpans = Spans(prompt, SegmentKind.DemonstrationInput),
            LabelSpans = Spans(prompt, SegmentKind.DemonstrationLabel),
            QuerySpan = Spans(prompt, SegmentKind.Query)[0],
        };
    }

    /// <summary>Positions around the last token of each label, demonstration by demonstration, offset by offset.</summary>
    private static IEnumerable<int> LabelPositions(PromptRecord record) =>
        record.LabelSpans.SelectMany(span => Offsets.Select(offset => Math.Clamp(span[1] - 1 + offset, 0, record.PromptTokens - 1)));

    private static int[][] Spans(CapturedPrompt prompt, SegmentKind kind) =>
        [.. prompt.Spans.Where(span => span.Kind == kind).Select(span => new[] { span.TokenStart, span.TokenStart + span.TokenCount })];

    /// <summary>Puts the blocks of one quantity together, layer by layer; label positions in the order demonstration, offset.</summary>
    private static void Join(Dictionary<string, NamedTensor> tensors, List<CaptureBlock> blocks, CaptureKind kind, string name, PromptRecord record)
    {
        var layers = blocks.Where(block => block.Kind == kind).GroupBy(block => block.Layer).OrderBy(group => group.Key).ToList();
        if (layers.Count == 0)
        {
            return;
        }

        var values = new List<float>();
        var (heads, columns, size) = (layers[0].First().Heads.Count, 0, layers[0].First().Values.Shape[2]);
        foreach (var layer in layers)
        {
            var place = new Dictionary<int, (CaptureBlock Block, int Index)>();
            foreach (var block in layer)
            {
                for (var i = 0; i < block.Positions.Count; i++)
                {
                    place[block.Positions[i]] = (block, i);
                }
            }

            int[] wanted = kind == CaptureKind.Attention ? [.. place.Keys] : [.. LabelPositions(record)];
            columns = wanted.Length;
            for (var head = 0; head < heads; head++)
            {
                foreach (var position in wanted)
                {
                    var (block, index) = place[position];
                    var row = MemoryMarshal.Cast<byte, float>(block.Values.Values.Span);
                    values.AddRange(row.Slice(((head * block.Positions.Count) + index) * size, size));
                }
            }
        }

        tensors[name] = new(kind == CaptureKind.Attention ? [layers.Count, heads, size] : [layers.Count, heads, columns, size], [.. values]);
    }
}
