using System.Runtime.InteropServices;
using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.ModelFiles.Tensors;
using static IclMesh.Inference.Engine.Graphs.GraphWriter;
using Type = IclMesh.Inference.Engine.Graphs.Format.TensorProto.Types.DataType;

namespace IclMesh.Inference.Engine.Precisions;

/// <summary>A product with weights in blocks of 32, a scale each; activations are quantised per block of 32 too, to 8 bits.</summary>
/// <remarks><c>accuracy_level</c> 4 selects integer arithmetic: with 8-bit weights the other levels are twenty times slower in decoding.</remarks>
internal static class BlockProduct
{
    /// <summary>Weights that share a scale.</summary>
    public const int Block = 32;

    /// <summary>Rounds one block.</summary>
    /// <param name="values">Up to 32 weights.</param>
    /// <param name="packed">Receives the integers of 32 weights.</param>
    /// <returns>The scale.</returns>
    internal delegate float BlockEncoder(ReadOnlySpan<float> values, Span<byte> packed);

    /// <summary>Writes y = x Wᵀ and returns y.</summary>
    /// <param name="graph">Receives operator and weights.</param>
    /// <param name="x">The input.</param>
    /// <param name="spec">The layer.</param>
    /// <param name="bits">Bits of a weight, 4 or 8.</param>
    /// <param name="encode">Rounds its blocks.</param>
    public static string Write(GraphWriter graph, string x, LinearSpec spec, int bits, BlockEncoder encode)
    {
        var blocks = (spec.Inputs + Block - 1) / Block;
        var blockBytes = Block * bits / 8;
        var weights = graph.Weight(new(
            $"{spec.Name}.q{bits}",
            [spec.Outputs, blocks, blockBytes],
            Type.Uint8,
            (source, bytes) => Quantize(source, spec, encode, blockBytes, bytes, default)));
        var scales = graph.Weight(new(
            $"{spec.Name}.q{bits}_scales",
            [spec.Outputs, blocks],
            Type.Float,
            (source, bytes) => Quantize(source, spec, encode, blockBytes, default, MemoryMarshal.Cast<byte, float>(bytes))));
        return graph.Fused(
            "MatMulNBits",
            [x, weights, scales],
            Attribute("K", spec.Inputs),
            Attribute("N", spec.Outputs),
            Attribute("bits", bits),
            Attribute("block_size", Block),
            Attribute("accuracy_level", 4));
    }

    /// <summary>Integers or scales are written, whichever is not empty.</summary>
    private static void Quantize(ITensorSource source, LinearSpec spec, BlockEncoder encode, int blockBytes, Span<byte> integers, Span<float> scales)
    {
        var rows = new float[spec.Outputs * spec.Inputs];
        spec.Weight(source, rows);
        var blocks = (spec.Inputs + Block - 1) / Block;
        Span<byte> packed = stackalloc byte[blockBytes];
        for (var index = 0; index < spec.Outputs * blocks; index++)
        {
            var (row, start) = (index / blocks, index % blocks * Block);
            var scale = encode(rows.AsSpan((row * spec.Inputs) + start, Math.Min(Block, spec.Inputs - start)), packed);
            if (!scales.IsEmpty)
            {
                scales[index] = scale;
            }

            if (!integers.IsEmpty)
            {
                packed.CopyTo(integers[(index * blockBytes)..]);
            }
        }
    }
}
