using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>The fp32 scores that every answer carries.</summary>
/// <remarks>
/// Products are added in one fixed order, 32 lanes wide and without fused operations, so a score has the same bits on every processor,
/// for every alignment of the data, and whichever search found the row.
/// </remarks>
internal static class VectorMath
{
    /// <summary>x·y.</summary>
    /// <param name="x">First vector, [D].</param>
    /// <param name="y">Second vector, [D].</param>
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, y.Length);
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y);
        var (even, odd) = (Vector512<float>.Zero, Vector512<float>.Zero);
        nuint i = 0;
        var length = (nuint)x.Length;
        for (; i + 32 <= length; i += 32)
        {
            even += Vector512.LoadUnsafe(ref a, i) * Vector512.LoadUnsafe(ref b, i);
            odd += Vector512.LoadUnsafe(ref a, i + 16) * Vector512.LoadUnsafe(ref b, i + 16);
        }

        var sum = AddLanes(even + odd);
        for (; i < length; i++)
        {
            sum += x[(int)i] * y[(int)i];
        }

        return sum;
    }

    /// <summary>‖x − y‖².</summary>
    /// <param name="x">First vector, [D].</param>
    /// <param name="y">Second vector, [D].</param>
    public static float SquaredDistance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, y.Length);
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y);
        var (even, odd) = (Vector512<float>.Zero, Vector512<float>.Zero);
        nuint i = 0;
        var length = (nuint)x.Length;
        for (; i + 32 <= length; i += 32)
        {
            var first = Vector512.LoadUnsafe(ref a, i) - Vector512.LoadUnsafe(ref b, i);
            var second = Vector512.LoadUnsafe(ref a, i + 16) - Vector512.LoadUnsafe(ref b, i + 16);
            even += first * first;
            odd += second * second;
        }

        var sum = AddLanes(even + odd);
        for (; i < length; i++)
        {
            var difference = x[(int)i] - y[(int)i];
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>‖x‖₂.</summary>
    /// <param name="x">The vector, [D].</param>
    public static float Norm(ReadOnlySpan<float> x) => MathF.Sqrt(Dot(x, x));

    /// <summary>x·y / (‖x‖‖y‖), kept within [−1, 1]; 0 where one of the two is zero.</summary>
    /// <param name="x">First vector, [D].</param>
    /// <param name="y">Second vector, [D].</param>
    public static float Cosine(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Cosine(x, Norm(x), y, Norm(y));

    /// <summary>The score of a row for a query under a metric; greater is nearer.</summary>
    /// <param name="metric">How vectors are compared.</param>
    /// <param name="query">The query, [D].</param>
    /// <param name="queryNorm"><see cref="Norm"/> of the query.</param>
    /// <param name="row">The row, [D].</param>
    /// <param name="rowNorm"><see cref="Norm"/> of the row.</param>
    public static float Score(VectorMetric metric, ReadOnlySpan<float> query, float queryNorm, ReadOnlySpan<float> row, float rowNorm) =>
        metric switch
        {
            VectorMetric.Cosine => Cosine(query, queryNorm, row, rowNorm),
            VectorMetric.DotProduct => Dot(query, row),
            VectorMetric.Euclidean => -MathF.Sqrt(SquaredDistance(query, row)),
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "unknown metric"),
        };

    private static float Cosine(ReadOnlySpan<float> x, float xNorm, ReadOnlySpan<float> y, float yNorm)
    {
        // Dividing twice keeps the product of two tiny norms from vanishing.
        var cosine = Dot(x, y) / xNorm / yNorm;
        return float.IsNaN(cosine) ? 0 : Math.Clamp(cosine, -1f, 1f);
    }

    private static float AddLanes(Vector512<float> lanes)
    {
        var eight = lanes.GetLower() + lanes.GetUpper();
        var four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }
}
