using System.Runtime.InteropServices;
using IclMesh.Inference.Core.Onnx;
using IclMesh.Inference.Core.Sources;
using static IclMesh.Inference.Core.Onnx.GraphWriter;
using Type = IclMesh.Inference.Core.Onnx.Format.TensorProto.Types.DataType;

namespace IclMesh.Inference.Core.Families;

/// <summary>Linear layers with 4-bit weights in blocks of 32, a scale each; the smallest mode, and the least faithful.</summary>
/// <remarks>
/// Blocks are rounded by the rule of GGUF's Q4_0 (llama.cpp, <c>quantize_row_q4_0_ref</c>): the element of largest magnitude becomes -8.
/// Weights that a file stores as Q4_0 therefore come out as they are stored, integers and scales; those of other types are rounded anew.
/// The head, embedding, norms and attention stay fp32.
/// </remarks>
internal sealed class FourBit : ILinearWriter
{
    /// <summary>Weights that share a scale.</summary>
    public const int Block = 32;

    private const int ZeroPoint = 8;
    private const int Largest = 15;
    private readonly FullPrecision full = new();

    /// <inheritdoc/>
    public string Name => "int4";

    /// <inheritdoc/>
    public bool WantsRotation => false;

    /// <inheritdoc/>
    public string Write(GraphWriter graph, string x, LinearSpec spec)
    {
        var blocks = (spec.Inputs + Block - 1) / Block;
        var weights = graph.Weight(new(
            $"{spec.Name}.q4", [spec.Outputs, blocks, Block / 2], Type.Uint8, (source, bytes) => Quantize(source, spec, bytes, default)));
        var scales = graph.Weight(new(
            $"{spec.Name}.q4_scales",
            [spec.Outputs, blocks],
            Type.Float,
            (source, bytes) => Quantize(source, spec, default, MemoryMarshal.Cast<byte, float>(bytes))));
        return graph.Fused(
            "MatMulNBits",
            [x, weights, scales],
            Attribute("K", spec.Inputs),
            Attribute("N", spec.Outputs),
            Attribute("bits", 4),
            Attribute("block_size", Block),
            Attribute("accuracy_level", 4));
    }

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

    private static void Quantize(ITensorSource source, LinearSpec spec, Span<byte> integers, Span<float> scales)
    {
        var rows = new float[spec.Outputs * spec.Inputs];
        spec.Weight(source, rows);
        var blocks = (spec.Inputs + Block - 1) / Block;
        Span<byte> packed = stackalloc byte[Block / 2];
        for (var index = 0; index < spec.Outputs * blocks; index++)
        {
            var (row, start) = (index / blocks, index % blocks * Block);
            var scale = Encode(rows.AsSpan((row * spec.Inputs) + start, Math.Min(Block, spec.Inputs - start)), packed);
            if (!scales.IsEmpty)
            {
                scales[index] = scale;
            }

            if (!integers.IsEmpty)
            {
                packed.CopyTo(integers[(index * packed.Length)..]);
            }
        }
    }
}
