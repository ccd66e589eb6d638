using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IclMesh.Kernel.Core.Numerics;

/// <summary>C = A Bᵀ by register tiles over packed panels of B; one code for 32 and 64 bit.</summary>
/// <remarks>
/// Layout after K. Goto and R. van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008: B is packed once so that the inner
/// loop reads it contiguously; A is read in place, its rows being contiguous already. <see cref="PlainProduct"/> is the reference.
/// </remarks>
public static class BlockedProduct
{
    /// <summary>Depth of one packed block: 3 vectors of 512 bit x 512 of B are 96 KiB, which a level-2 cache holds; 3 of 256 bit x 256 are 24 KiB, which a level-1 cache holds.</summary>
    private static int Depth => Vector512.IsHardwareAccelerated ? 512 : 256;

    /// <summary>Columns of one tile: three vectors.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    public static int TileColumns<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => RegisterTile.Columns<T>();

    /// <summary>Elements that <see cref="Pack{T}"/> writes.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="rows">Rows of B.</param>
    /// <param name="columns">Columns of B.</param>
    public static int PackedLength<T>(int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        checked(((rows + TileColumns<T>() - 1) / TileColumns<T>()) * TileColumns<T>() * columns);

    /// <summary>Rearranges B[rows, columns] into zero-padded panels, block of depth by block of depth.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="b">B, row-major.</param>
    /// <param name="rows">Rows of B.</param>
    /// <param name="columns">Columns of B, the depth of the product.</param>
    /// <param name="packed">Receives <see cref="PackedLength{T}"/> elements.</param>
    public static void Pack<T>(ReadOnlySpan<T> b, int rows, int columns, Span<T> packed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var tile = TileColumns<T>();
        var at = 0;
        for (var k0 = 0; k0 < columns; k0 += Depth)
        {
            var depth = Math.Min(Depth, columns - k0);
            for (var j0 = 0; j0 < rows; j0 += tile)
            {
                var panel = packed.Slice(at, depth * tile);
                if (rows - j0 < tile)
                {
                    panel.Clear();
                }

                for (var j = 0; j < Math.Min(tile, rows - j0); j++)
                {
                    var source = b.Slice(((j0 + j) * columns) + k0, depth);
                    ref var target = ref MemoryMarshal.GetReference(panel[j..]);
                    for (var k = 0; k < source.Length; k++)
                    {
                        Unsafe.Add(ref target, (nuint)(k * tile)) = source[k];
                    }
                }

                at += depth * tile;
            }
        }
    }

    /// <summary>C[m, n] = A[m, k] Bᵀ for a packed B[n, k]; one thread.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="a">A, row-major.</param>
    /// <param name="rows">m.</param>
    /// <param name="columns">k.</param>
    /// <param name="packed">B as <see cref="Pack{T}"/> wrote it.</param>
    /// <param name="packedRows">n.</param>
    /// <param name="c">Receives C.</param>
    /// <param name="stride">Elements from one row of C to the next, n at least.</param>
    public static void Multiply<T>(
        ReadOnlySpan<T> a, int rows, int columns, ReadOnlySpan<T> packed, int packedRows, Span<T> c, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var tile = TileColumns<T>();
        Span<T> edge = stackalloc T[RegisterTile.Rows * tile];
        if (columns == 0)
        {
            for (var i = 0; i < rows; i++)
            {
                c.Slice(i * stride, packedRows).Clear();
            }
        }

        var at = 0;
        for (var k0 = 0; k0 < columns; k0 += Depth)
        {
            var depth = Math.Min(Depth, columns - k0);
            for (var j0 = 0; j0 < packedRows; j0 += tile)
            {
                ref readonly var panel = ref MemoryMarshal.GetReference(packed.Slice(at, depth * tile));
                var width = Math.Min(tile, packedRows - j0);
                for (var i0 = 0; i0 < rows; i0 += RegisterTile.Rows)
                {
                    var height = Math.Min(RegisterTile.Rows, rows - i0);
                    ref readonly var left = ref a[(i0 * columns) + k0];
                    if (height == RegisterTile.Rows && width == tile)
                    {
                        RegisterTile.Multiply(in left, columns, RegisterTile.Rows - 1, in panel, depth, ref c[(i0 * stride) + j0], stride, accumulate: k0 > 0);
                        continue;
                    }

                    RegisterTile.Multiply(in left, columns, height - 1, in panel, depth, ref edge[0], tile, accumulate: false);
                    for (var i = 0; i < height; i++)
                    {
                        var target = c.Slice(((i0 + i) * stride) + j0, width);
                        var source = edge.Slice(i * tile, width);
                        if (k0 > 0)
                        {
                            TensorPrimitives.Add<T>(target, source, target);
                        }
                        else
                        {
                            source.CopyTo(target);
                        }
                    }
                }

                at += depth * tile;
            }
        }
    }

    /// <summary>C = A Bᵀ on all cores, as a new matrix.</summary>
    /// <param name="a">A[m, k].</param>
    /// <param name="b">B[n, k].</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static DenseMatrix MultiplyTransposed(DenseMatrix a, DenseMatrix b, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Columns, b.Columns);
        const int Chunk = 64;
        var c = new DenseMatrix(a.Rows, b.Rows);
        var packed = new double[PackedLength<double>(b.Rows, b.Columns)];
        Pack<double>(b.Values, b.Rows, b.Columns, packed);
        Blocks.ForEach((a.Rows + Chunk - 1) / Chunk, chunk =>
        {
            var start = chunk * Chunk;
            var rows = Math.Min(Chunk, a.Rows - start);
            Multiply<double>(
                a.Values.AsSpan(start * a.Columns, rows * a.Columns), rows, a.Columns, packed, b.Rows, c.Values.AsSpan(start * b.Rows), b.Rows);
        }, cancellationToken);
        return c;
    }
}
