using IclMesh.Inference.Engine.Graphs.Format;
using IclMesh.Inference.ModelFiles.Tensors;

namespace IclMesh.Inference.Engine.Graphs;

/// <summary>One weight as the graph wants it, and how to make it from the model's own tensors.</summary>
/// <param name="Name">Name in the graph.</param>
/// <param name="Shape">Length of each dimension, outermost first.</param>
/// <param name="ElementType">How elements are stored.</param>
/// <param name="Fill">Writes the stored bytes from the source.</param>
internal sealed record WeightSpec(
    string Name, long[] Shape, TensorProto.Types.DataType ElementType, WeightSpec.Filler Fill)
{
    /// <summary>Writes a weight's stored bytes.</summary>
    internal delegate void Filler(ITensorSource source, Span<byte> destination);

    /// <summary>Bytes that the stored elements take.</summary>
    public long ByteLength => Shape.Aggregate(1L, (product, length) => product * length) * ElementSize;

    private long ElementSize => ElementType switch
    {
        TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Int32 => 4,
        TensorProto.Types.DataType.Int64 => 8,
        _ => 1,
    };

    /// <summary>An fp32 weight.</summary>
    public static WeightSpec Float(string name, long[] shape, Action<ITensorSource, Span<float>> fill) =>
        new(name, shape, TensorProto.Types.DataType.Float, (source, bytes) =>
            fill(source, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes)));
}
