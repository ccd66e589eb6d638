using System.Runtime.InteropServices;
using Google.Protobuf;
using IclMesh.Kernel.Core.Kernels;
using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel;

/// <summary>Between vectors in either precision, kernels, intervals and Core's types.</summary>
internal static class SamplesMapping
{
    public static bool IsSingle(this Samples samples) => samples.PrecisionCase == Samples.PrecisionOneofCase.Fp32;

    public static int RowCount(this Samples samples) => samples.IsSingle() ? samples.Fp32.Rows : samples.Fp64.Rows;

    public static int ColumnCount(this Samples samples) => samples.IsSingle() ? samples.Fp32.Columns : samples.Fp64.Columns;

    public static DenseMatrix ToDense(this Samples samples) => samples.IsSingle() ? samples.Fp32.ToDense() : samples.Fp64.ToDense();

    public static DenseMatrix ToDense(this DoubleMatrix matrix) =>
        new(MemoryMarshal.Cast<byte, double>(matrix.Values.Span).ToArray(), matrix.Rows, matrix.Columns);

    public static DoubleMatrix ToDoubles(this DenseMatrix dense) => new()
    {
        Rows = dense.Rows,
        Columns = dense.Columns,
        Values = ByteString.CopyFrom(MemoryMarshal.AsBytes<double>(dense.Values)),
    };

    public static KernelSpec ToSpec(this V1.Kernel? kernel, double defaultBandwidth)
    {
        kernel ??= new();
        var kind = kernel.Function.ToKind();
        var spec = kernel.ScaleCase switch
        {
            V1.Kernel.ScaleOneofCase.Gamma => new KernelSpec(kind, kernel.Gamma),
            V1.Kernel.ScaleOneofCase.Bandwidth => KernelSpec.FromBandwidth(kind, kernel.Bandwidth),
            _ => KernelSpec.FromBandwidth(kind, defaultBandwidth),
        };
        return spec with { Degree = kernel.HasDegree ? kernel.Degree : 3, Offset = kernel.HasOffset ? kernel.Offset : 1 };
    }

    public static V1.Interval ToMessage(this ConfidenceInterval interval) => new() { Estimate = interval.Estimate, Low = interval.Low, High = interval.High };
}
