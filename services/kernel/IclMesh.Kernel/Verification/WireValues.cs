using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.Verification;

/// <summary>Between JSON arrays and wire matrices.</summary>
internal static class WireValues
{
    public static double[] Numbers(this JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().SelectMany(item => item.Numbers())]
        : [element.GetDouble()];

    /// <summary>A vector as one column, a matrix as it is.</summary>
    public static Samples Samples(this JsonElement element, bool single)
    {
        var rows = element.GetArrayLength();
        var values = element.Numbers();
        return Samples(values, rows, rows == 0 ? 0 : values.Length / rows, single);
    }

    public static Samples Samples(double[] values, int rows, int columns, bool single)
    {
        if (!single)
        {
            return new() { Fp64 = new() { Rows = rows, Columns = columns, Values = ByteString.CopyFrom(MemoryMarshal.AsBytes<double>(values)) } };
        }

        var narrow = new float[values.Length];
        TensorPrimitives.ConvertTruncating<double, float>(values, narrow);
        return new() { Fp32 = new() { Rows = rows, Columns = columns, Values = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(narrow)) } };
    }

    public static double[] Values(this DoubleMatrix matrix) => MemoryMarshal.Cast<byte, double>(matrix.Values.Span).ToArray();
}
