using System.Numerics;
using System.Runtime.Intrinsics;

namespace IclMesh.Kernel.Tests.Numerics;

/// <summary>Both widths on any processor: the one that it would not choose runs by emulation.</summary>
public sealed class RegisterTileTests
{
    private delegate void Tile<T>(ref readonly T a, int aStride, int lastRow, ref readonly T panel, int depth, ref T c, int cStride, bool accumulate);

    [Theory]
    [InlineData(1, 7, false)]
    [InlineData(17, 7, true)]
    [InlineData(300, 4, false)]
    [InlineData(300, 0, true)]
    public void Tile_512Bit_EqualsDefinition(int depth, int lastRow, bool accumulate)
    {
        Check<double>(RegisterTile.Tile8, 8, 3 * Vector512<double>.Count, depth, lastRow, accumulate, 1e-12);
        Check<float>(RegisterTile.Tile8, 8, 3 * Vector512<float>.Count, depth, lastRow, accumulate, 1e-4);
    }

    [Theory]
    [InlineData(1, 3, false)]
    [InlineData(17, 3, true)]
    [InlineData(300, 2, false)]
    [InlineData(300, 0, true)]
    public void Tile_256Bit_EqualsDefinition(int depth, int lastRow, bool accumulate)
    {
        Check<double>(RegisterTile.Tile4, 4, 3 * Vector256<double>.Count, depth, lastRow, accumulate, 1e-12);
        Check<float>(RegisterTile.Tile4, 4, 3 * Vector256<float>.Count, depth, lastRow, accumulate, 1e-4);
    }

    // Sums of up to 300 products of size 1 in another order: within a few hundred roundings.
    private static void Check<T>(Tile<T> tile, int rows, int columns, int depth, int lastRow, bool accumulate, double tolerance)
        where T : unmanaged, INumber<T>
    {
        const int Before = 2;
        var a = Draw.Normal(lastRow + 1, depth, 5);
        var panel = Draw.Normal(depth, columns, 6);
        var c = new T[rows * columns];
        Array.Fill(c, T.CreateChecked(Before));

        tile(
            in Array.ConvertAll(a.Values, T.CreateChecked)[0], depth, lastRow, in Array.ConvertAll(panel.Values, T.CreateChecked)[0], depth,
            ref c[0], columns, accumulate);

        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                // Rows past the last one repeat it.
                var row = Math.Min(i, lastRow);
                var expected = (accumulate ? Before : 0) + Enumerable.Range(0, depth).Sum(k => a[row, k] * panel[k, j]);
                Assert.Equal(expected, double.CreateChecked(c[(i * columns) + j]), tolerance);
            }
        }
    }
}
