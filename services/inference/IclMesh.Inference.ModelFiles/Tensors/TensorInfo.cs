namespace IclMesh.Inference.ModelFiles.Tensors;

/// <summary>What a model file says about one tensor.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="Type">How elements are stored.</param>
/// <param name="Shape">Length of each dimension, outermost first (row-major), whatever order the file lists them in.</param>
/// <param name="ByteLength">Bytes that the stored elements take.</param>
public sealed record TensorInfo(string Name, TensorType Type, IReadOnlyList<long> Shape, long ByteLength)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, length) => product * length);
}
