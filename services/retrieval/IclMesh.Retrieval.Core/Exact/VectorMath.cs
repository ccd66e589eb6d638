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
        var length = (nuint)x.Length;
        var whole = length - (length % 32);
        var sum = Vector512.IsHardwareAccelerated ? Dot512(ref a, ref b, whole) : Dot256(ref a, ref b, whole);
        for (var i = whole; i < length; i++)
        {
            sum += x[(int)i] * y[(int)i];
        }

        return sum;
    }

    /// <summary>x·y and x·z with the bits that <see cref="Dot"/> gives, in little more time than one: the processor adds both at once.</summary>
    /// <param name="x">First vector, [D].</param>
    /// <param name="y">Second vector, [D].</param>
    /// <param name="z">Third vector, [D].</param>
    public static (float Y, float Z) Dots(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, y.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, z.Length);
        ref var a = ref MemoryMarshal.GetReference(x);
        ref var b = ref MemoryMarshal.GetReference(y);
        ref var c = ref MemoryMarshal.GetReference(z);
        var length = (nuint)x.Length;
        var whole = length - (length % 32);
        var (first, second) = Vector512.IsHardwareAccelerated
            ? (Dot512(ref a, ref b, whole), Dot512(ref a, ref c, whole))
            : Dots256(ref a, ref b, ref c, whole);
        for (var i = whole; i < length; i++)
        {
            first += x[(int)i] * y[(int)i];
            second += x[(int)i] * z[(int)i];
        }

        return (first, second);
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

    private static float Dot512(ref float a, ref float b, nuint length)
    {
        var (even, odd) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (nuint i = 0; i < length; i += 32)
        {
            even += Vector512.LoadUnsafe(ref a, i) * Vector512.LoadUnsafe(ref b, i);
            odd += Vector512.LoadUnsafe(ref a, i + 16) * Vector512.LoadUnsafe(ref b, i + 16);
        }

        return AddLanes(even + odd);
    }

    /// <summary>The same lanes in half vectors: where the processor has no whole ones, putting them together from halves takes longer than the sums.</summary>
    private static float Dot256(ref float a, ref float b, nuint length)
    {
        var (even0, even1, odd0, odd1) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        for (nuint i = 0; i < length; i += 32)
        {
            even0 += Vector256.LoadUnsafe(ref a, i) * Vector256.LoadUnsafe(ref b, i);
            even1 += Vector256.LoadUnsafe(ref a, i + 8) * Vector256.LoadUnsafe(ref b, i + 8);
            odd0 += Vector256.LoadUnsafe(ref a, i + 16) * Vector256.LoadUnsafe(ref b, i + 16);
            odd1 += Vector256.LoadUnsafe(ref a, i + 24) * Vector256.LoadUnsafe(ref b, i + 24);
        }

        return AddLanes(even0 + odd0, even1 + odd1);
    }

    private static (float First, float Second) Dots256(ref float a, ref float b, ref float c, nuint length)
    {
        var (b0, b1, b2, b3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var (c0, c1, c2, c3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        for (nuint i = 0; i < length; i += 32)
        {
            var x = Vector256.LoadUnsafe(ref a, i);
            b0 += x * Vector256.LoadUnsafe(ref b, i);
            c0 += x * Vector256.LoadUnsafe(ref c, i);
            x = Vector256.LoadUnsafe(ref a, i + 8);
            b1 += x * Vector256.LoadUnsafe(ref b, i + 8);
            c1 += x * Vector256.LoadUnsafe(ref c, i + 8);
            x = Vector256.LoadUnsafe(ref a, i + 16);
            b2 += x * Vector256.LoadUnsafe(ref b, i + 16);
            c2 += x * Vector256.LoadUnsafe(ref c, i + 16);
            x = Vector256.LoadUnsafe(ref a, i + 24);
            b3 += x * Vector256.LoadUnsafe(ref b, i + 24);
            c3 += x * Vector256.LoadUnsafe(ref c, i + 24);
        }

        return (AddLanes(b0 + b2, b1 + b3), AddLanes(c0 + c2, c1 + c3));
    }

    private static float AddLanes(Vector512<float> lanes) => AddLanes(lanes.GetLower(), lanes.GetUpper());

    private static float AddLanes(Vector256<float> lower, Vector256<float> upper)
    {
        var eight = lower + upper;
        var four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }
}
