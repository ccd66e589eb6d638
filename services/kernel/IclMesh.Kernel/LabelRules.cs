using System.Numerics.Tensors;
using IclMesh.Kernel.Core.Numerics;

namespace IclMesh.Kernel;

/// <summary>Rules for true labels and label distributions.</summary>
internal static class LabelRules
{
    private const double SumTolerance = 1e-3;

    /// <summary>As many labels as rows, each one of the classes.</summary>
    public static bool Labels(this RequestRules rules, string field, IReadOnlyList<int> labels, int rows, int classes)
    {
        if (!rules.Require(labels.Count == rows, field, $"must hold one label per row, {rows}, has {labels.Count}"))
        {
            return false;
        }

        var passed = true;
        for (var i = 0; i < labels.Count && passed; i++)
        {
            passed = rules.InRange($"{field}[{i}]", labels[i], 0, classes - 1);
        }

        return passed;
    }

    /// <summary>Every row is a distribution.</summary>
    public static bool Distributions(this RequestRules rules, string field, DenseMatrix rows)
    {
        for (var q = 0; q < rows.Rows; q++)
        {
            var row = rows.Row(q);
            var sum = TensorPrimitives.Sum<double>(row);
            if (!rules.Require(
                TensorPrimitives.Min<double>(row) >= 0 && Math.Abs(sum - 1) <= SumTolerance,
                $"{field}[{q}]",
                $"must be 0 or more everywhere and sum to 1 within {SumTolerance}, sums to {sum}"))
            {
                return false;
            }
        }

        return true;
    }
}
