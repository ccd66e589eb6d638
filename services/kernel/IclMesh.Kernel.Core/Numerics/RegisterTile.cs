using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IclMesh.Kernel.Core.Numerics;

/// <summary>The innermost block of <see cref="BlockedProduct"/>: a tile of C that stays in registers.</summary>
/// <remarks>
/// A tile is 8 rows x 3 vectors of 512 bit where the processor has 32 such registers, else 4 rows x 3 vectors of 256 bit, which with the operands fill
/// 16 registers. Emulated 512-bit vectors would live on the stack and cost ten times as much.
/// </remarks>
internal static class RegisterTile
{
    /// <summary>Rows of a tile.</summary>
    public static int Rows => Vector512.IsHardwareAccelerated ? 8 : 4;

    /// <summary>Columns of a tile: three vectors.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    public static int Columns<T>()
        where T : unmanaged, IFloatingPointIeee754<T> =>
        3 * (Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector256<T>.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Fma<T>(Vector512<T> x, Vector512<T> y, Vector512<T> sum) => typeof(T) == typeof(float)
        ? Vector512.FusedMultiplyAdd(x.AsSingle(), y.AsSingle(), sum.AsSingle()).As<float, T>()
        : Vector512.FusedMultiplyAdd(x.AsDouble(), y.AsDouble(), sum.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Fma<T>(Vector256<T> x, Vector256<T> y, Vector256<T> sum) => typeof(T) == typeof(float)
        ? Vector256.FusedMultiplyAdd(x.AsSingle(), y.AsSingle(), sum.AsSingle()).As<float, T>()
        : Vector256.FusedMultiplyAdd(x.AsDouble(), y.AsDouble(), sum.AsDouble()).As<double, T>();

    /// <summary>One tile. Rows past <paramref name="lastRow"/> repeat the last one, so that edges need no second kernel.</summary>
    public static void Multiply<T>(
        ref readonly T a, int aStride, int lastRow, ref readonly T panel, int depth, ref T c, int cStride, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Tile8(in a, aStride, lastRow, in panel, depth, ref c, cStride, accumulate);
        }
        else
        {
            Tile4(in a, aStride, lastRow, in panel, depth, ref c, cStride, accumulate);
        }
    }

    /// <summary>The tile of 512-bit vectors. Emulated, so slow but right, where the processor has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Tile8<T>(
        ref readonly T a, int aStride, int lastRow, ref readonly T panel, int depth, ref T c, int cStride, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var lanes = (nuint)Vector512<T>.Count;
        ref var a0 = ref Unsafe.AsRef(in a);
        ref var a1 = ref Unsafe.Add(ref a0, aStride * Math.Min(1, lastRow));
        ref var a2 = ref Unsafe.Add(ref a0, aStride * Math.Min(2, lastRow));
        ref var a3 = ref Unsafe.Add(ref a0, aStride * Math.Min(3, lastRow));
        ref var a4 = ref Unsafe.Add(ref a0, aStride * Math.Min(4, lastRow));
        ref var a5 = ref Unsafe.Add(ref a0, aStride * Math.Min(5, lastRow));
        ref var a6 = ref Unsafe.Add(ref a0, aStride * Math.Min(6, lastRow));
        ref var a7 = ref Unsafe.Add(ref a0, aStride * Math.Min(7, lastRow));
        ref var b = ref Unsafe.AsRef(in panel);
        Vector512<T> s00 = default, s01 = default, s02 = default, s10 = default, s11 = default, s12 = default;
        Vector512<T> s20 = default, s21 = default, s22 = default, s30 = default, s31 = default, s32 = default;
        Vector512<T> s40 = default, s41 = default, s42 = default, s50 = default, s51 = default, s52 = default;
        Vector512<T> s60 = default, s61 = default, s62 = default, s70 = default, s71 = default, s72 = default;
        for (nuint k = 0; k < (nuint)depth; k++)
        {
            var b0 = Vector512.LoadUnsafe(ref b);
            var b1 = Vector512.LoadUnsafe(ref b, lanes);
            var b2 = Vector512.LoadUnsafe(ref b, 2 * lanes);
            b = ref Unsafe.Add(ref b, 3 * lanes);
            var x = Vector512.Create(Unsafe.Add(ref a0, k));
            s00 = Fma(x, b0, s00);
            s01 = Fma(x, b1, s01);
            s02 = Fma(x, b2, s02);
            x = Vector512.Create(Unsafe.Add(ref a1, k));
            s10 = Fma(x, b0, s10);
            s11 = Fma(x, b1, s11);
            s12 = Fma(x, b2, s12);
            x = Vector512.Create(Unsafe.Add(ref a2, k));
            s20 = Fma(x, b0, s20);
            s21 = Fma(x, b1, s21);
            s22 = Fma(x, b2, s22);
            x = Vector512.Create(Unsafe.Add(ref a3, k));
            s30 = Fma(x, b0, s30);
            s31 = Fma(x, b1, s31);
            s32 = Fma(x, b2, s32);
            x = Vector512.Create(Unsafe.Add(ref a4, k));
            s40 = Fma(x, b0, s40);
            s41 = Fma(x, b1, s41);
            s42 = Fma(x, b2, s42);
            x = Vector512.Create(Unsafe.Add(ref a5, k));
            s50 = Fma(x, b0, s50);
            s51 = Fma(x, b1, s51);
            s52 = Fma(x, b2, s52);
            x = Vector512.Create(Unsafe.Add(ref a6, k));
            s60 = Fma(x, b0, s60);
            s61 = Fma(x, b1, s61);
            s62 = Fma(x, b2, s62);
            x = Vector512.Create(Unsafe.Add(ref a7, k));
            s70 = Fma(x, b0, s70);
            s71 = Fma(x, b1, s71);
            s72 = Fma(x, b2, s72);
        }

        Store(s00, s01, s02, ref c, accumulate);
        Store(s10, s11, s12, ref Unsafe.Add(ref c, cStride), accumulate);
        Store(s20, s21, s22, ref Unsafe.Add(ref c, 2 * cStride), accumulate);
        Store(s30, s31, s32, ref Unsafe.Add(ref c, 3 * cStride), accumulate);
        Store(s40, s41, s42, ref Unsafe.Add(ref c, 4 * cStride), accumulate);
        Store(s50, s51, s52, ref Unsafe.Add(ref c, 5 * cStride), accumulate);
        Store(s60, s61, s62, ref Unsafe.Add(ref c, 6 * cStride), accumulate);
        Store(s70, s71, s72, ref Unsafe.Add(ref c, 7 * cStride), accumulate);
    }

    /// <summary>The tile of 256-bit vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Tile4<T>(
        ref readonly T a, int aStride, int lastRow, ref readonly T panel, int depth, ref T c, int cStride, bool accumulate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var lanes = (nuint)Vector256<T>.Count;
        ref var a0 = ref Unsafe.AsRef(in a);
        ref var a1 = ref Unsafe.Add(ref a0, aStride * Math.Min(1, lastRow));
        ref var a2 = ref Unsafe.Add(ref a0, aStride * Math.Min(2, lastRow));
        ref var a3 = ref Unsafe.Add(ref a0, aStride * Math.Min(3, lastRow));
        ref var b = ref Unsafe.AsRef(in panel);
        Vector256<T> s00 = default, s01 = default, s02 = default, s10 = default, s11 = default, s12 = default;
        Vector256<T> s20 = default, s21 = default, s22 = default, s30 = default, s31 = default, s32 = default;
        for (nuint k = 0; k < (nuint)depth; k++)
        {
            var b0 = Vector256.LoadUnsafe(ref b);
            var b1 = Vector256.LoadUnsafe(ref b, lanes);
            var b2 = Vector256.LoadUnsafe(ref b, 2 * lanes);
            b = ref Unsafe.Add(ref b, 3 * lanes);
            var x = Vector256.Create(Unsafe.Add(ref a0, k));
            s00 = Fma(x, b0, s00);
            s01 = Fma(x, b1, s01);
            s02 = Fma(x, b2, s02);
            x = Vector256.Create(Unsafe.Add(ref a1, k));
            s10 = Fma(x, b0, s10);
            s11 = Fma(x, b1, s11);
            s12 = Fma(x, b2, s12);
            x = Vector256.Create(Unsafe.Add(ref a2, k));
            s20 = Fma(x, b0, s20);
            s21 = Fma(x, b1, s21);
            s22 = Fma(x, b2, s22);
            x = Vector256.Create(Unsafe.Add(ref a3, k));
            s30 = Fma(x, b0, s30);
            s31 = Fma(x, b1, s31);
            s32 = Fma(x, b2, s32);
        }

        Store(s00, s01, s02, ref c, accumulate);
        Store(s10, s11, s12, ref Unsafe.Add(ref c, cStride), accumulate);
        Store(s20, s21, s22, ref Unsafe.Add(ref c, 2 * cStride), accumulate);
        Store(s30, s31, s32, ref Unsafe.Add(ref c, 3 * cStride), accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Vector512<T> x, Vector512<T> y, Vector512<T> z, ref T target, bool accumulate)
    {
        var lanes = (nuint)Vector512<T>.Count;
        if (accumulate)
        {
            x += Vector512.LoadUnsafe(ref target);
            y += Vector512.LoadUnsafe(ref target, lanes);
            z += Vector512.LoadUnsafe(ref target, 2 * lanes);
        }

        x.StoreUnsafe(ref target);
        y.StoreUnsafe(ref target, lanes);
        z.StoreUnsafe(ref target, 2 * lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(Vector256<T> x, Vector256<T> y, Vector256<T> z, ref T target, bool accumulate)
    {
        var lanes = (nuint)Vector256<T>.Count;
        if (accumulate)
        {
            x += Vector256.LoadUnsafe(ref target);
            y += Vector256.LoadUnsafe(ref target, lanes);
            z += Vector256.LoadUnsafe(ref target, 2 * lanes);
        }

        x.StoreUnsafe(ref target);
        y.StoreUnsafe(ref target, lanes);
        z.StoreUnsafe(ref target, 2 * lanes);
    }
}
