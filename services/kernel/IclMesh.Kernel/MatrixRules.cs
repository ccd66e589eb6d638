using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using IclMesh.Type.V1;
using Tensor = IclMesh.Type.V1.Tensor;

namespace IclMesh.Kernel;

/// <summary>Rules for matrices and numbers that cross the edge: shapes agree, every value is finite.</summary>
internal static class MatrixRules
{
    /// <summary>The matrix is given, its bytes fit its shape, every value is finite.</summary>
    public static bool Matrix(this RequestRules rules, string field, Matrix? matrix, int minimumRows = 1, int minimumColumns = 1)
    {
        if (matrix is null)
        {
            return rules.Require(false, field, "is required");
        }

        return rules.Shape(field, matrix.Rows, matrix.Columns, minimumRows, minimumColumns)
            && rules.Length($"{field}.values", matrix.Values.Length, sizeof(float), (long)matrix.Rows * matrix.Columns)
            && rules.Finite($"{field}.values", MemoryMarshal.Cast<byte, float>(matrix.Values.Span));
    }

    /// <summary>The tensor is given, has so many dimensions, its bytes fit its shape, every value is finite.</summary>
    public static bool Tensor(this RequestRules rules, string field, Tensor tensor, int dimensions)
    {
        if (!rules.Require(tensor.Shape.Count == dimensions, $"{field}.shape", $"must have {dimensions} dimensions, has {tensor.Shape.Count}"))
        {
            return false;
        }

        var elements = 1L;
        foreach (var length in tensor.Shape)
        {
            if (!rules.Require(length >= 1, $"{field}.shape", $"must hold lengths of 1 or more, has {length}")
                || !rules.Require(elements <= int.MaxValue / length, $"{field}.shape", "has more than 2^31 elements"))
            {
                return false;
            }

            elements *= length;
        }

        return rules.Length($"{field}.values", tensor.Values.Length, sizeof(float), elements)
            && rules.Finite($"{field}.values", MemoryMarshal.Cast<byte, float>(tensor.Values.Span));
    }

    /// <summary>Every number is finite.</summary>
    public static bool Finite(this RequestRules rules, string field, IReadOnlyList<double> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                return rules.Require(false, field, $"must be finite, element {i} is {values[i]}");
            }
        }

        return true;
    }

    /// <summary>Every value is 0 or more.</summary>
    public static bool NonNegative(this RequestRules rules, string field, ReadOnlySpan<float> values)
    {
        var index = TensorPrimitives.IndexOfMin(values);
        return values.IsEmpty || rules.Require(values[index] >= 0, field, $"must be 0 or more, element {index} is {values[index]}");
    }

    /// <summary>Probabilities: at least <paramref name="minimum"/> of them, in [0, 1], sum 1 within 1e-3.</summary>
    public static bool Distribution(this RequestRules rules, string field, IReadOnlyList<double> values, int minimum)
    {
        if (!rules.Require(values.Count >= minimum, field, $"must hold {minimum} values or more, has {values.Count}"))
        {
            return false;
        }

        for (var i = 0; i < values.Count; i++)
        {
            if (!rules.Require(values[i] is >= 0 and <= 1, field, $"must hold values in [0, 1], element {i} is {values[i]}"))
            {
                return false;
            }
        }

        var sum = values.Sum();
        return rules.Require(Math.Abs(sum - 1) <= 1e-3, field, $"must sum to 1 within 0.001, sums to {sum}");
    }

    public static bool Shape(this RequestRules rules, string field, int rows, int columns, int minimumRows, int minimumColumns) =>
        rules.Require(rows >= minimumRows, $"{field}.rows", $"must be {minimumRows} or more, is {rows}")
        & rules.Require(columns >= minimumColumns, $"{field}.columns", $"must be {minimumColumns} or more, is {columns}");

    public static bool Length(this RequestRules rules, string field, int bytes, int size, long elements) =>
        rules.Require(bytes == size * elements, field, $"must hold {size * elements} bytes for its shape, holds {bytes}");

    /// <summary>A copy of a matrix that passed its rules.</summary>
    public static float[] ToArray(this Matrix matrix) => MemoryMarshal.Cast<byte, float>(matrix.Values.Span).ToArray();
}
