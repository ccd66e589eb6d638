using System.Runtime.CompilerServices;
using IclMesh.Inference.Core.Numerics;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Core.Capturing;

/// <summary>Runs a prompt chunk by chunk and hands over what is recorded, a layer and a run of positions at a time.</summary>
/// <remarks>
/// Every chunk waits its turn like any other work, so a large capture does not block small calls. Attention of a chunk takes
/// layers x heads x rows x tokens x 4 bytes; rows are limited so that this stays below <see cref="BlockBytes"/>, however long the prompt.
/// </remarks>
internal sealed class Capturer(ITransformerModel model, CapturePlan plan, int[] tokens, WorkerPool workers)
{
    /// <summary>Memory of the attention of one chunk, for all layers and heads.</summary>
    public const long BlockBytes = 64L << 20;

    /// <summary>Records.</summary>
    public async IAsyncEnumerable<CaptureBlock> RunAsync(
        DecoderSequence sequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await workers.RunAsync(() => sequence.Begin(tokens, Math.Min(plan.FirstRun, tokens.Length), tokens.Length), Turn.Lengthy, cancellationToken).ConfigureAwait(false);
        while (sequence.Length < tokens.Length)
        {
            var blocks = await workers.RunAsync(() => RunChunk(sequence, cancellationToken), Turn.Lengthy, cancellationToken).ConfigureAwait(false);
            foreach (var block in blocks)
            {
                yield return block;
            }
        }

        sequence.Remember();
        foreach (var block in Memory(sequence.Buffer))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return block;
        }
    }

    private List<CaptureBlock> RunChunk(DecoderSequence sequence, CancellationToken cancellationToken)
    {
        var past = sequence.Length;
        var configuration = model.Configuration;
        var rowBytes = 4L * configuration.Layers * configuration.Heads * tokens.Length;
        var mostRows = (int)Math.Clamp(BlockBytes / rowBytes, 1, DecoderSequence.Chunk);
        var end = Math.Min(tokens.Length, past + DecoderSequence.Chunk);
        int[] attended = Inside(plan.Attention.Positions, past, end);
        if (attended.Length > mostRows)
        {
            end = attended[mostRows - 1] + 1;
            attended = attended[..mostRows];
        }

        int[] hidden = Inside(plan.Hidden.Positions, past, end);
        int[] lens = Inside(plan.Lens.Positions, past, end);
        int[] streams = [.. hidden.Union(lens).Order()];
        var pass = new ForwardPass
        {
            Tokens = tokens.AsMemory(past, end - past),
            Past = past,
            AttentionRows = [.. attended.Select(position => position - past)],
            HiddenRows = [.. streams.Select(position => position - past)],
        };
        using var result = sequence.Append(pass, cancellationToken);
        return [.. Attention(result, attended), .. Hidden(result, hidden, streams), .. Lens(result, lens, streams)];
    }

    private IEnumerable<CaptureBlock> Attention(ForwardResult result, int[] positions)
    {
        var heads = plan.Attention.Heads;
        foreach (var layer in positions.Length == 0 ? [] : plan.Attention.Layers)
        {
            var numbers = new float[heads.Length * positions.Length * tokens.Length];
            for (var head = 0; head < heads.Length; head++)
            {
                for (var row = 0; row < positions.Length; row++)
                {
                    result.Attention(layer, heads[head], row).CopyTo(numbers.AsSpan(((head * positions.Length) + row) * tokens.Length));
                }
            }

            yield return new(CaptureKind.Attention, layer, heads, positions, [heads.Length, positions.Length, tokens.Length], numbers);
        }
    }

    private IEnumerable<CaptureBlock> Hidden(ForwardResult result, int[] positions, int[] streams)
    {
        foreach (var layer in positions.Length == 0 ? [] : plan.Hidden.Layers)
        {
            var numbers = Streams(result, layer, positions, streams);
            yield return new(CaptureKind.Hidden, layer, [], positions, [positions.Length, model.Configuration.HiddenSize], numbers);
        }
    }

    private IEnumerable<CaptureBlock> Lens(ForwardResult result, int[] positions, int[] streams)
    {
        foreach (var layer in positions.Length == 0 ? [] : plan.Lens.Layers)
        {
            var size = model.Configuration.HiddenSize;
            var numbers = Streams(result, layer, positions, streams);

            // One row at a time: a vocabulary of logits for every position would be the largest thing in memory.
            var readings = positions.Select((_, row) => Top(model.ReadLogits(numbers[(row * size)..((row + 1) * size)]))).ToArray();
            yield return new(CaptureKind.Lens, layer, [], positions, [], []) { Readings = readings };
        }
    }

    private float[] Streams(ForwardResult result, int layer, int[] positions, int[] streams)
    {
        var size = model.Configuration.HiddenSize;
        var numbers = new float[positions.Length * size];
        for (var row = 0; row < positions.Length; row++)
        {
            result.Hidden(layer, Array.BinarySearch(streams, positions[row])).CopyTo(numbers.AsSpan(row * size));
        }

        return numbers;
    }

    private TokenProbability[] Top(float[] logits)
    {
        var normalizer = LogSoftmax.Normalizer(logits);
        return
        [
            .. Enumerable.Range(0, logits.Length)
                .OrderByDescending(token => logits[token])
                .Take(plan.LensTop)
                .Select(token => new TokenProbability(token, logits[token] - normalizer)),
        ];
    }

    private IEnumerable<CaptureBlock> Memory(KeyValueBuffer buffer) =>
        Memory(CaptureKind.Keys, plan.Keys, buffer)
            .Concat(Memory(CaptureKind.PlainKeys, plan.PlainKeys, buffer))
            .Concat(Memory(CaptureKind.Values, plan.Values, buffer));

    private IEnumerable<CaptureBlock> Memory(CaptureKind kind, ResolvedSite site, KeyValueBuffer buffer)
    {
        var size = model.Configuration.HeadSize;
        foreach (var layer in site.Layers)
        {
            var numbers = new float[site.Heads.Length * site.Positions.Length * size];
            var at = 0;
            foreach (var head in site.Heads)
            {
                foreach (var position in site.Positions)
                {
                    var lane = kind == CaptureKind.Values ? buffer.Values(layer, head) : buffer.Keys(layer, head);
                    var target = numbers.AsSpan(at, size);
                    lane.Slice(position * size, size).CopyTo(target);
                    if (kind == CaptureKind.PlainKeys && model.Configuration.Rotary is { } rotary)
                    {
                        RotaryTable.Undo(rotary, position, target);
                    }

                    at += size;
                }
            }

            Finite.Require(numbers, model.Name, kind == CaptureKind.Values ? "values" : "keys", layer);
            yield return new(kind, layer, site.Heads, site.Positions, [site.Heads.Length, site.Positions.Length, size], numbers);
        }
    }

    private static int[] Inside(int[] positions, int start, int end) => [.. positions.Where(position => position >= start && position < end)];
}
