using IclMesh.Inference.ModelFiles.Tensors;

namespace IclMesh.Inference.Engine.Graphs;

/// <summary>How families turn the tensors of a file into the weights of a graph.</summary>
internal static class WeightReader
{
    /// <summary>Rows of several tensors, one below the other.</summary>
    public static Action<ITensorSource, Span<float>> Stack(params string[] names) => (source, destination) =>
    {
        foreach (var name in names)
        {
            var count = checked((int)source.Tensors[name].Count);
            source.Read(name, destination[..count]);
            destination = destination[count..];
        }

        if (destination.Length != 0)
        {
            throw Mismatch(names, destination.Length);
        }
    };

    /// <summary>A tensor stored as [in, out] (Conv1D), turned to [out, in].</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="inputs">Length of its first dimension.</param>
    public static Action<ITensorSource, Span<float>> Transposed(string name, int inputs) => (source, destination) =>
    {
        var stored = new float[destination.Length];
        source.Read(name, stored);
        var outputs = destination.Length / inputs;
        for (var output = 0; output < outputs; output++)
        {
            for (var input = 0; input < inputs; input++)
            {
                destination[(output * inputs) + input] = stored[(input * outputs) + output];
            }
        }
    };

    /// <summary>Undoes GGUF's permutation of query or key rows: adjacent rotary pairs become half-split ones.</summary>
    /// <param name="rows">The rows of all heads, rows x <paramref name="columns"/>.</param>
    /// <param name="columns">Length of a row.</param>
    /// <param name="headSize">Rows of one head.</param>
    public static void HalveRows(Span<float> rows, int columns, int headSize)
    {
        var head = new float[headSize * columns];
        for (var start = 0; start < rows.Length; start += head.Length)
        {
            var target = rows.Slice(start, head.Length);
            target.CopyTo(head);
            for (var pair = 0; pair < headSize / 2; pair++)
            {
                head.AsSpan(2 * pair * columns, columns).CopyTo(target[(pair * columns)..]);
                head.AsSpan(((2 * pair) + 1) * columns, columns).CopyTo(target[((pair + (headSize / 2)) * columns)..]);
            }
        }
    }

    /// <summary>Splits rows stored as [head][q, k, v] into all q, then all k, then all v (GPT-NeoX).</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="headLength">Elements of one part of one head: head size x columns.</param>
    public static Action<ITensorSource, Span<float>> SplitHeads(string name, int heads, int headLength) => (source, destination) =>
    {
        var stored = new float[destination.Length];
        source.Read(name, stored);
        for (var part = 0; part < 3; part++)
        {
            for (var head = 0; head < heads; head++)
            {
                stored.AsSpan(((head * 3) + part) * headLength, headLength)
                    .CopyTo(destination[(((part * heads) + head) * headLength)..]);
            }
        }
    };

    private static MeshException Mismatch(string[] names, int missing) => new(
        ErrorKind.DataLoss,
        ErrorReasons.DataCorrupt,
        $"tensors {string.Join(", ", names)} hold {missing} elements fewer than the configuration says");
}
