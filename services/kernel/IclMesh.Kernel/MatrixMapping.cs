using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Google.Protobuf;
using IclMesh.Kernel.Core.Numerics;
using IclMesh.Type.V1;
using Tensor = IclMesh.Type.V1.Tensor;

namespace IclMesh.Kernel;

/// <summary>Between wire matrices (little-endian, as this code assumes of its machine) and Core's.</summary>
internal static class MatrixMapping
{
    public static ReadOnlySpan<float> Span(this Matrix matrix) => MemoryMarshal.Cast<byte, float>(matrix.Values.Span);

    public static ReadOnlySpan<float> Span(this Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Values.Span);

    public static Samples<float> ToSamples(this Matrix matrix) => new(matrix.ToArray(), matrix.Rows, matrix.Columns);

    public static DenseMatrix ToDense(this Matrix matrix)
    {
        var dense = new DenseMatrix(matrix.Rows, matrix.Columns);
        TensorPrimitives.ConvertTruncating(matrix.Span(), dense.Values);
        return dense;
    }

    public static Matrix ToMatrix(this DenseMatrix dense) => new()
    {
        Rows = dense.Rows,
        Columns = dense.Columns,
        Values = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(dense.ToSingle())),
    };
}
