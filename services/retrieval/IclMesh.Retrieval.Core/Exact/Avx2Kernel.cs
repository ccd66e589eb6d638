using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>AVX2: even and odd bytes apart, because the sum of two products of an unsigned and a signed byte does not fit 16 bits.</summary>
internal readonly unsafe struct Avx2Kernel : ICodeKernel
{
    /// <inheritdoc/>
    public static bool IsSupported => Avx2.IsSupported;

    /// <inheritdoc/>
    public static void Dots(byte** rows, int count, int length, sbyte* query, int* dots, byte** ahead)
    {
        var even = Vector256.Create((short)0x00ff).AsSByte();
        var one = Vector256.Create((short)1);
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
                var yEven = y & even;
                var yOdd = Vector256.AndNot(y, even);
                a0 += Products(Avx.LoadVector256(x0 + i), yEven, yOdd, one);
                a1 += Products(Avx.LoadVector256(x1 + i), yEven, yOdd, one);
                a2 += Products(Avx.LoadVector256(x2 + i), yEven, yOdd, one);
                a3 += Products(Avx.LoadVector256(x3 + i), yEven, yOdd, one);
            }

            VnniKernel.SumLanes(a0, a1, a2, a3).Store(dots + row);
        }
    }

    /// <inheritdoc/>
    public static void Dots(byte** rows, int count, int length, sbyte* first, sbyte* second, int* firstDots, int* secondDots)
    {
        // Sixteen registers do not hold eight sums and what the products need: two passes over rows that are in the first-level cache.
        Dots(rows, count, length, first, firstDots, null);
        Dots(rows, count, length, second, secondDots, null);
    }

    private static Vector256<int> Products(Vector256<byte> x, Vector256<sbyte> yEven, Vector256<sbyte> yOdd, Vector256<short> one) =>
        Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(x, yEven), one) + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(x, yOdd), one);
}
