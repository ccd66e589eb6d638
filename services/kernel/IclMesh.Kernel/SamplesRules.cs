using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel;

/// <summary>Rules for vectors in either precision, kernels and seeds of choice.</summary>
internal static class SamplesRules
{
    /// <summary>The vectors are given, their bytes fit their shape, every value is finite.</summary>
    public static bool Samples(this RequestRules rules, string field, Samples? samples, int minimumRows = 1, int minimumColumns = 1)
    {
        switch (samples?.PrecisionCase)
        {
            case V1.Samples.PrecisionOneofCase.Fp32:
                return rules.Matrix($"{field}.fp32", samples.Fp32, minimumRows, minimumColumns);
            case V1.Samples.PrecisionOneofCase.Fp64:
                return rules.Doubles($"{field}.fp64", samples.Fp64, minimumRows, minimumColumns);
            default:
                return rules.Require(false, field, "is required");
        }
    }

    /// <summary>A 64-bit matrix whose bytes fit its shape and whose values are finite.</summary>
    public static bool Doubles(this RequestRules rules, string field, DoubleMatrix matrix, int minimumRows = 1, int minimumColumns = 1)
    {
        if (!rules.Shape(field, matrix.Rows, matrix.Columns, minimumRows, minimumColumns)
            || !rules.Length($"{field}.values", matrix.Values.Length, sizeof(double), (long)matrix.Rows * matrix.Columns))
        {
            return false;
        }

        var values = MemoryMarshal.Cast<byte, double>(matrix.Values.Span);
        if (TensorPrimitives.IsFiniteAll(values))
        {
            return true;
        }

        var index = 0;
        while (double.IsFinite(values[index]))
        {
            index++;
        }

        return rules.Require(false, $"{field}.values", $"must be finite, element {index} is {values[index]}");
    }

    /// <summary>Features with as many columns as others, and labels with as many rows.</summary>
    public static bool Columns(this RequestRules rules, string field, Samples samples, int expected) => rules.Require(
        samples.ColumnCount() == expected, $"{field}.columns", $"must be {expected} as in the features, is {samples.ColumnCount()}");

    /// <summary>As many rows as demonstrations.</summary>
    public static bool Rows(this RequestRules rules, string field, Samples samples, int expected) => rules.Require(
        samples.RowCount() == expected, $"{field}.rows", $"must be the number of demonstrations {expected}, is {samples.RowCount()}");

    /// <summary>A kernel whose parameters are in range; unset is allowed and takes defaults.</summary>
    public static bool Kernel(this RequestRules rules, string field, V1.Kernel? kernel)
    {
        if (kernel is null)
        {
            return true;
        }

        var known = rules.Require(Enum.IsDefined(kernel.Function), $"{field}.function", $"{(int)kernel.Function} is not a kernel function");
        if (kernel.ScaleCase == V1.Kernel.ScaleOneofCase.Bandwidth)
        {
            known &= rules.Positive($"{field}.bandwidth", kernel.Bandwidth);
        }
        else if (kernel.ScaleCase == V1.Kernel.ScaleOneofCase.Gamma)
        {
            known &= rules.Positive($"{field}.gamma", kernel.Gamma);
        }

        known &= !kernel.HasDegree || rules.InRange($"{field}.degree", kernel.Degree, 1, 100);
        return known & (!kernel.HasOffset || rules.Require(double.IsFinite(kernel.Offset), $"{field}.offset", $"must be finite, is {kernel.Offset}"));
    }

    /// <summary>Rows that the KL kernel or metric reads are distributions.</summary>
    public static void Distributions(this RequestRules rules, string field, Samples samples)
    {
        var dense = samples.ToDense();
        for (var i = 0; i < dense.Rows; i++)
        {
            var row = dense.Row(i);
            var sum = TensorPrimitives.Sum<double>(row);
            if (!rules.Require(
                TensorPrimitives.Min<double>(row) >= 0 && Math.Abs(sum - 1) <= 1e-3,
                field,
                $"row {i} must be a distribution for a divergence: values of 0 or more that sum to 1 within 0.001, sums to {sum}"))
            {
                return;
            }
        }
    }

    /// <summary>In an open interval.</summary>
    public static bool Between(this RequestRules rules, string field, double value, double low, double high) =>
        rules.Require(value > low && value < high, field, $"must lie between {low} and {high}, both excluded, is {value}");

    /// <summary>Finite and 0 or more.</summary>
    public static bool NotNegative(this RequestRules rules, string field, double value) =>
        rules.Require(double.IsFinite(value) && value >= 0, field, $"must be finite and 0 or more, is {value}");

    /// <summary>Ascending without repeats.</summary>
    public static bool Ascending<T>(this RequestRules rules, string field, IReadOnlyList<T> values)
        where T : IComparable<T>
    {
        for (var i = 1; i < values.Count; i++)
        {
            if (values[i].CompareTo(values[i - 1]) <= 0)
            {
                return rules.Require(false, field, $"must ascend, element {i} is {values[i]} after {values[i - 1]}");
            }
        }

        return true;
    }
}
