using System.Text.Json;
using IclMesh.Inference.Core.Prompting;

namespace IclMesh.Inference.Core.Capturing;

/// <summary>Saves a recording as one safetensors file: the trace that analyses read without a model.</summary>
/// <remarks>
/// Tensors: <c>tokens</c> [T]; for each quantity <c>QUANTITY.positions</c> and, where it has heads, <c>QUANTITY.heads</c>; for each layer
/// <c>QUANTITY.LAYER</c>, shaped as in <see cref="CaptureKind"/>. A lens layer is <c>lens.LAYER.ids</c> and <c>lens.LAYER.log_probabilities</c>,
/// [positions, tokens of a reading]. Blocks of one layer are held until they are complete, so memory grows to the size of the file.
/// </remarks>
public sealed class TraceWriter : IDisposable
{
    private readonly SafetensorsWriter file;
    private readonly SortedDictionary<(CaptureKind Kind, int Layer), List<CaptureBlock>> blocks = [];

    /// <summary>Starts a file.</summary>
    /// <param name="path">Where it will be; one that exists is replaced.</param>
    public TraceWriter(string path) => file = new(path);

    /// <summary>Adds a block.</summary>
    public void Add(CaptureBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (!blocks.TryGetValue((block.Kind, block.Layer), out var known))
        {
            blocks[(block.Kind, block.Layer)] = known = [];
        }

        known.Add(block);
    }

    /// <summary>Writes everything and puts the file in its place.</summary>
    /// <param name="prompt">The recorded prompt.</param>
    /// <param name="metadata">Further texts for the header: which model, how it computed.</param>
    public void Complete(Prompt prompt, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(metadata);
        file.Add("tokens", [prompt.Tokens.Length], Widen(prompt.Tokens));
        var written = new HashSet<CaptureKind>();
        foreach (var ((kind, layer), parts) in blocks)
        {
            if (written.Add(kind))
            {
                AddPlaces(kind, parts);
            }

            if (kind == CaptureKind.Lens)
            {
                AddReadings(layer, [.. parts.SelectMany(part => part.Readings)]);
            }
            else
            {
                var (shape, numbers) = Join(parts);
                file.Add($"{Name(kind)}.{layer}", [.. shape.Select(length => (long)length)], numbers);
            }
        }

        var spans = prompt.Spans.Select(span => new
        {
            kind = $"{span.Segment.Kind}",
            demonstration_id = span.Segment.DemonstrationId,
            first_token = span.Start,
            token_count = span.Count,
        });
        file.Complete(new Dictionary<string, string>(metadata) { ["format"] = "iclmesh-trace-1", ["spans"] = JsonSerializer.Serialize(spans) });
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    /// <summary>How a quantity is spelled in tensor names, as in the wire protocol.</summary>
    internal static string Name(CaptureKind kind) => kind switch
    {
        CaptureKind.Attention => "attention",
        CaptureKind.Hidden => "hidden",
        CaptureKind.Keys => "keys",
        CaptureKind.PlainKeys => "keys_before_rotation",
        CaptureKind.Values => "values",
        _ => "lens",
    };

    private void AddPlaces(CaptureKind kind, List<CaptureBlock> parts)
    {
        int[] positions = [.. parts.SelectMany(part => part.Positions)];
        file.Add($"{Name(kind)}.positions", [positions.Length], Widen(positions));
        if (parts[0].Heads.Count > 0)
        {
            file.Add($"{Name(kind)}.heads", [parts[0].Heads.Count], Widen(parts[0].Heads));
        }
    }

    private void AddReadings(int layer, IReadOnlyList<TokenProbability>[] readings)
    {
        long[] shape = [readings.Length, readings.Length == 0 ? 0 : readings[0].Count];
        file.Add($"lens.{layer}.ids", shape, [.. readings.SelectMany(reading => reading.Select(token => (long)token.Id))]);
        file.Add($"lens.{layer}.log_probabilities", shape, [.. readings.SelectMany(reading => reading.Select(token => (float)token.LogProbability))]);
    }

    /// <summary>Joins runs of positions: the axis before the last, whatever lies before it.</summary>
    private static (int[] Shape, float[] Numbers) Join(List<CaptureBlock> parts)
    {
        int[] shape = [.. parts[0].Shape];
        var axis = shape.Length - 2;
        shape[axis] = parts.Sum(part => part.Shape[axis]);
        var numbers = new float[shape.Aggregate(1, (product, length) => checked(product * length))];
        var outer = shape.Take(axis).Aggregate(1, (product, length) => product * length);
        var at = 0;
        for (var index = 0; index < outer; index++)
        {
            foreach (var part in parts)
            {
                var run = part.Numbers.Length / outer;
                part.Numbers.AsSpan(index * run, run).CopyTo(numbers.AsSpan(at));
                at += run;
            }
        }

        return (shape, numbers);
    }

    private static long[] Widen(IEnumerable<int> values) => [.. values.Select(value => (long)value)];
}
