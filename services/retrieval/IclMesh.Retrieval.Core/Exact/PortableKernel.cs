using System.Runtime.Intrinsics;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>Any processor: widens to 16 and 32 bits with the vectors that it has, and leaves fetching ahead to it.</summary>
internal readonly unsafe struct PortableKernel : ICodeKernel
{
    /// <inheritdoc/>
    public static bool IsSupported => true;

    /// <inheritdoc/>
    public static void Dots(byte** rows, int count, int length, sbyte* query, int* dots, byte** ahead)
    {
        for (var row = 0; row < count; row++)
        {
            var sum = Vector128<int>.Zero;
            for (var i = 0; i < length; i += 16)
            {
                var (xLow, xHigh) = Vector128.Widen(Vector128.Load(rows[row] + i));
                var (yLow, yHigh) = Vector128.Widen(Vector128.Load(query + i));
                sum += Products(xLow.AsInt16(), yLow) + Products(xHigh.AsInt16(), yHigh);
            }

            dots[row] = Vector128.Sum(sum);
        }
    }

    /// <inheritdoc/>
    public static void Dots(byte** rows, int count, int length, sbyte* first, sbyte* second, int* firstDots, int* secondDots)
    {
        Dots(rows, count, length, first, firstDots, null);
        Dots(rows, count, length, second, secondDots, null);
    }

    private static Vector128<int> Products(Vector128<short> x, Vector128<short> y)
    {
        var (xLow, xHigh) = Vector128.Widen(x);
        var (yLow, yHigh) = Vector128.Widen(y);
        return xLow * yLow + xHigh * yHigh;
    }
}
