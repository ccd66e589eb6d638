using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IclMesh.Kernel.Core.Numerics;

/// <summary>exp for arguments up to 0, in registers.</summary>
/// <remarks>
/// x = n ln 2 + r with |r| at most ln 2 / 2, exp(r) by its Taylor polynomial of degree 6 (truncation 2e-7 at the ends of the range would be too much, degree 7
/// leaves 5e-9), times 2ⁿ through the exponent bits. At most 2 units in the last place; below -87 the result is 0, where the exact one is under 1e-37.
/// The library's own vector exp widens 32-bit arguments to 64 bit, which takes twice as long.
/// </remarks>
internal static class Exponential
{
    private const float Lowest = -87f;

    /// <summary>exp of each lane; lanes must not exceed 0 by more than rounding.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="x">Arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> OfNonPositive<T>(Vector<T> x) => typeof(T) == typeof(float)
        ? Single(x.As<T, float>()).As<float, T>()
        : Vector.Exp(x.As<T, double>()).As<double, T>();

    /// <summary>Replaces x by exp(x - shift) and returns the sum.</summary>
    /// <param name="values">Arguments in, exponentials out.</param>
    /// <param name="shift">The greatest of them at least.</param>
    public static float ShiftedInPlace(Span<float> values, float shift)
    {
        var lanes = Vector<float>.Count;
        var sums = Vector<float>.Zero;
        var shifts = Vector.Create(shift);
        ref var start = ref MemoryMarshal.GetReference(values);
        var i = 0;
        for (; i <= values.Length - lanes; i += lanes)
        {
            var e = Single(Vector.LoadUnsafe(ref start, (nuint)i) - shifts);
            e.StoreUnsafe(ref start, (nuint)i);
            sums += e;
        }

        var sum = Vector.Sum(sums);
        for (; i < values.Length; i++)
        {
            values[i] = values[i] - shift < Lowest ? 0 : MathF.Exp(values[i] - shift);
            sum += values[i];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Single(Vector<float> x)
    {
        var n = Vector.Round(x * 1.44269504f);
        var r = Vector.FusedMultiplyAdd(n, Vector.Create(-0.693359375f), x);
        r = Vector.FusedMultiplyAdd(n, Vector.Create(2.12194440e-4f), r);
        var p = Vector.FusedMultiplyAdd(Vector.Create(1f / 5040), r, Vector.Create(1f / 720));
        p = Vector.FusedMultiplyAdd(p, r, Vector.Create(1f / 120));
        p = Vector.FusedMultiplyAdd(p, r, Vector.Create(1f / 24));
        p = Vector.FusedMultiplyAdd(p, r, Vector.Create(1f / 6));
        p = Vector.FusedMultiplyAdd(p, r, Vector.Create(0.5f));
        p = Vector.FusedMultiplyAdd(p, r, Vector<float>.One);
        p = Vector.FusedMultiplyAdd(p, r, Vector<float>.One);
        var bits = Vector.AsVectorInt32(p) + (Vector.ConvertToInt32(n) << 23);
        return Vector.ConditionalSelect(Vector.LessThan(x, Vector.Create(Lowest)), Vector<float>.Zero, Vector.AsVectorSingle(bits));
    }
}
