using System.Numerics.Tensors;
using IclMesh.Inference.Engine.Graphs;

namespace IclMesh.Inference.Engine.Precisions;

/// <summary>Linear layers with 8-bit weights in blocks of 32, a scale each; activations are quantised per block too.</summary>
/// <remarks>
/// The block layout is GGUF's Q8_0, so weights of such a file keep their integers up to the rounding of its fp16 scales where the family does not
/// rotate the residual stream. The embedding, norms and attention stay fp32, and so do the layers that make queries, keys and values: they are a seventh
/// of the products and made half of the error.
/// </remarks>
internal sealed class EightBit : ILinearWriter
{
    private const int ZeroPoint = 128;
    private const int Largest = 127;
    private readonly FullPrecision full = new();

    /// <inheritdoc/>
    public string Name => "int8";

    /// <inheritdoc/>
    public bool WantsRotation => true;

    /// <inheritdoc/>
    public string Write(GraphWriter graph, string x, LinearSpec spec) =>
        spec.Role == LinearRole.QueryKeyValue ? full.Write(graph, x, spec) : BlockProduct.Write(graph, x, spec, bits: 8, Encode);

    /// <inheritdoc/>
    public string WriteHead(GraphWriter graph, string x, LinearSpec spec) => BlockProduct.Write(graph, x, spec, bits: 8, Encode);

    /// <summary>Rounds one block to the nearest of 255 steps.</summary>
    /// <param name="values">Up to 32 weights.</param>
    /// <param name="packed">Receives 32 bytes, 128 standing for 0.</param>
    /// <returns>The scale.</returns>
    internal static float Encode(ReadOnlySpan<float> values, Span<byte> packed)
    {
        var scale = Math.Abs(TensorPrimitives.MaxMagnitude(values)) / Largest;
        packed.Fill(ZeroPoint);
        for (var place = 0; place < values.Length && scale > 0; place++)
        {
            packed[place] = (byte)(ZeroPoint + (int)MathF.Round(values[place] / scale));
        }

        return scale;
    }
}
