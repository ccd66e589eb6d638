using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using IclMesh.Inference.Core.Onnx;
using IclMesh.Inference.Core.Sources;
using static IclMesh.Inference.Core.Onnx.GraphWriter;
using Type = IclMesh.Inference.Core.Onnx.Format.TensorProto.Types.DataType;

namespace IclMesh.Inference.Core.Families;

/// <summary>Linear layers with 8-bit weights in blocks of 32, a scale each; activations are quantised per block too.</summary>
/// <remarks>
/// The block layout is GGUF's Q8_0, so weights of such a file keep their integers up to the rounding of its fp16 scales where the family does not
/// rotate the residual stream. The embedding, norms and attention stay fp32, and so do the layers that make queries, keys and values: by them goes half
/// of the error, by their size a seventh of the time. <c>accuracy_level</c> 4 selects integer arithmetic: the other levels are twenty times slower in decoding.
/// </remarks>
internal sealed class EightBit : ILinearWriter
{
    /// <summary>Weights that share a scale.</summary>
    public const int Block = 32;

    private const int ZeroPoint = 128;
    private const int Largest = 127;
    private readonly FullPrecision full = new();

    /// <inheritdoc/>
    public string Name => "int8";

    /// <inheritdoc/>
    public bool WantsRotation => true;

    /// <inheritdoc/>
    public string Write(GraphWriter graph, string x, LinearSpec spec) =>
        spec.Role == LinearRole.QueryKeyValue ? full.Write(graph, x, spec) : WriteBlocks(graph, x, spec);

    /// <inheritdoc/>
    public string WriteHead(GraphWriter graph, string x, LinearSpec spec) => WriteBlocks(graph, x, spec);

    private static string WriteBlocks(GraphWriter graph, string x, LinearSpec spec)
    {
        var blocks = (spec.Inputs + Block - 1) / Block;
        var weights = graph.Weight(new(
            $"{spec.Name}.q8", [spec.Outputs, blocks, Block], Type.Uint8, (source, bytes) => Quantize(source, spec, bytes, default)));
        var scales = graph.Weight(new(
            $"{spec.Name}.q8_scales",
            [spec.Outputs, blocks],
            Type.Float,
            (source, bytes) => Quantize(source, spec, default, MemoryMarshal.Cast<byte, float>(bytes))));
        return graph.Fused(
            "MatMulNBits",
            [x, weights, scales],
            Attribute("K", spec.Inputs),
            Attribute("N", spec.Outputs),
            Attribute("bits", 8),
            Attribute("block_size", Block),
            Attribute("accuracy_level", 4));
    }

    /// <summary>Integers, scales, or both are written.</summary>
    private static void Quantize(ITensorSource source, LinearSpec spec, Span<byte> integers, Span<float> scales)
    {
        var rows = new float[spec.Outputs * spec.Inputs];
        spec.Weight(source, rows);
        var blocks = (spec.Inputs + Block - 1) / Block;
        Span<byte> packed = stackalloc byte[Block];
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
                packed.CopyTo(integers[(index * Block)..]);
            }
        }
    }

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
