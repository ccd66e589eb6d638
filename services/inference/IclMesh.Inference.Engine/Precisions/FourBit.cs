using IclMesh.Inference.Engine.Graphs;

namespace IclMesh.Inference.Engine.Precisions;

/// <summary>Linear layers with 4-bit weights in blocks of 32, a scale each; the smallest mode, and the least faithful.</summary>
/// <remarks>
/// Blocks are rounded by the rule of GGUF's Q4_0 (llama.cpp, <c>quantize_row_q4_0_ref</c>): the element of largest magnitude becomes -8.
/// Weights that a file stores as Q4_0 therefore come out as they are stored, integers and scales; those of other types are rounded anew.
/// The head, embedding, norms and attention stay fp32.
/// </remarks>
internal sealed class FourBit : ILinearWriter
{
    private const int ZeroPoint = 8;
    private const int Largest = 15;
    private readonly FullPrecision full = new();

    /// <inheritdoc/>
    public string Name => "int4";

    /// <inheritdoc/>
    public bool WantsRotation => false;

    /// <inheritdoc/>
    public string Write(GraphWriter graph, string x, LinearSpec spec) => BlockProduct.Write(graph, x, spec, bits: 4, Encode);

    /// <inheritdoc/>
    public string WriteHead(GraphWriter graph, string x, LinearSpec spec) => full.WriteHead(graph, x, spec);

    /// <summary>Rounds one block.</summary>
    /// <param name="values">Up to 32 weights.</param>
    /// <param name="packed">Receives 16 bytes, the first of two neighbours in the low half.</param>
    /// <returns>The scale; negative where the largest weight is positive.</returns>
    internal static float Encode(ReadOnlySpan<float> values, Span<byte> packed)
    {
        var largest = 0f;
        foreach (var value in values)
        {
            largest = Math.Abs(value) > Math.Abs(largest) ? value : largest;
        }

        var scale = largest / -ZeroPoint;
        packed.Fill(ZeroPoint | (ZeroPoint << 4));
        for (var place = 0; place < values.Length && scale != 0; place++)
        {
            var integer = Math.Clamp((int)((values[place] / scale) + ZeroPoint + 0.5f), 0, Largest);
            var half = place % 2 == 0 ? integer : integer << 4;
            packed[place / 2] = (byte)((packed[place / 2] & (place % 2 == 0 ? 0xF0 : 0x0F)) | half);
        }

        return scale;
    }
}
