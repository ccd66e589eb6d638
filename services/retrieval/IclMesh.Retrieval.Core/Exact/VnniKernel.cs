using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>One instruction for 32 products (AVX-VNNI). .NET 10 has no 512-bit form of it; one query is bound by memory either way.</summary>
internal readonly unsafe struct VnniKernel : ICodeKernel
{
    /// <inheritdoc/>
    public static bool IsSupported => AvxVnni.IsSupported && Avx2.IsSupported;

    /// <inheritdoc/>
    public static void Dots(byte** rows, int count, int length, sbyte* query, int* dots, byte** ahead)
    {
        for (var row = 0; row < count; row += 4)
        {
            byte* x0 = rows[row], x1 = rows[row + 1], x2 = rows[row + 2], x3 = rows[row + 3];
            var (a0, a1, a2, a3) = (Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero);
            for (var i = 0; i < length; i += 32)
            {
                if (ahead is not null && i % 64 == 0)
                {
                    Sse.Prefetch0(ahead[row] + i);
                    Sse.Prefetch0(ahead[row + 1] + i);
                    Sse.Prefetch0(ahead[row + 2] + i);
                    Sse.Prefetch0(ahead[row + 3] + i);
                }

                var y = Avx.LoadVector256(query + i);
                a0 = AvxVnni.MultiplyWideningAndAdd(a0, Avx.LoadVector256(x0 + i), y);
                a1 = AvxVnni.MultiplyWideningAndAdd(a1, Avx.LoadVector256(x1 + i), y);
                a2 = AvxVnni.MultiplyWideningAndAdd(a2, Avx.LoadVector256(x2 + i), y);
                a3 = AvxVnni.MultiplyWideningAndAdd(a3, Avx.LoadVector256(x3 + i), y);
            }

            SumLanes(a0, a1, a2, a3).Store(dots + row);
        }
    }

    /// <inheritdoc/>
    public static void Dots(byte** rows, int count, int length, sbyte* first, sbyte* second, int* firstDots, int* secondDots)
    {
        for (var row = 0; row < count; row += 4)
        {
            byte* x0 = rows[row], x1 = rows[row + 1], x2 = rows[row + 2], x3 = rows[row + 3];
            var (a0, a1, a2, a3) = (Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero);
            var (b0, b1, b2, b3) = (Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero);
            for (var i = 0; i < length; i += 32)
            {
                var y = Avx.LoadVector256(first + i);
                var z = Avx.LoadVector256(second + i);
                var x = Avx.LoadVector256(x0 + i);
                a0 = AvxVnni.MultiplyWideningAndAdd(a0, x, y);
                b0 = AvxVnni.MultiplyWideningAndAdd(b0, x, z);
                x = Avx.LoadVector256(x1 + i);
                a1 = AvxVnni.MultiplyWideningAndAdd(a1, x, y);
                b1 = AvxVnni.MultiplyWideningAndAdd(b1, x, z);
                x = Avx.LoadVector256(x2 + i);
                a2 = AvxVnni.MultiplyWideningAndAdd(a2, x, y);
                b2 = AvxVnni.MultiplyWideningAndAdd(b2, x, z);
                x = Avx.LoadVector256(x3 + i);
                a3 = AvxVnni.MultiplyWideningAndAdd(a3, x, y);
                b3 = AvxVnni.MultiplyWideningAndAdd(b3, x, z);
            }

            SumLanes(a0, a1, a2, a3).Store(firstDots + row);
            SumLanes(b0, b1, b2, b3).Store(secondDots + row);
        }
    }

    /// <summary>The sums of four vectors' lanes.</summary>
    internal static Vector128<int> SumLanes(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        var sums = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d));
        return sums.GetLower() + sums.GetUpper();
    }
}
