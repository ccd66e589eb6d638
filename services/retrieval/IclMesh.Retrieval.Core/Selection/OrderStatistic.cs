using System.Numerics;
using System.Numerics.Tensors;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Finds the n-th greatest number without sorting.</summary>
internal static class OrderStatistic
{
    private const int AllButSign = int.MaxValue;
    private const int HalvingsByValue = 16;

    /// <summary>The n-th greatest value, 1 being the greatest.</summary>
    /// <remarks>
    /// The range that holds the answer is halved until it holds nothing else, by counting how many numbers lie above its middle. Counting takes no
    /// branches, which beats partitioning for the few hundred numbers of a pool. Halving by value separates evenly spread numbers in few
    /// steps; what it cannot separate, as numbers of many magnitudes, is halved by bits: floats order as their bits do once those of negative ones
    /// are turned round.
    /// </remarks>
    /// <param name="values">At least n values, none NaN.</param>
    /// <param name="n">From 1.</param>
    public static float Greatest(ReadOnlySpan<float> values, int n)
    {
        // At least n values are as great as low; fewer are greater than high.
        var (low, high) = (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
        for (var step = 0; step < HalvingsByValue && low < high; step++)
        {
            var middle = (low / 2) + (high / 2);
            var count = CountAtLeast(values, middle);
            if (count == n)
            {
                return LeastFrom(values, middle);
            }

            if (count > n)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return GreatestByBits(values, n);
    }

    private static float GreatestByBits(ReadOnlySpan<float> values, int n)
    {
        Span<int> keys = values.Length <= 1024 ? stackalloc int[values.Length] : new int[values.Length];
        ToKeys(values, keys);
        var (low, high) = ((long)TensorPrimitives.Min<int>(keys), (long)TensorPrimitives.Max<int>(keys));
        while (low < high)
        {
            var middle = (int)((low + high + 1) >> 1);
            if (CountAtLeast(keys, middle) >= n)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        var key = (int)low;
        return BitConverter.Int32BitsToSingle(key ^ ((key >> 31) & AllButSign));
    }

    private static void ToKeys(ReadOnlySpan<float> values, Span<int> keys)
    {
        // −0 and 0 are equal as numbers and must be as keys: adding 0 makes them so.
        var i = 0;
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
        {
            var bits = Vector.AsVectorInt32(new Vector<float>(values[i..]) + Vector<float>.Zero);
            (bits ^ (Vector.ShiftRightArithmetic(bits, 31) & new Vector<int>(AllButSign))).CopyTo(keys[i..]);
        }

        for (; i < values.Length; i++)
        {
            var bits = BitConverter.SingleToInt32Bits(values[i] + 0f);
            keys[i] = bits ^ ((bits >> 31) & AllButSign);
        }
    }

    private static int CountAtLeast<T>(ReadOnlySpan<T> values, T least)
        where T : struct, INumber<T>
    {
        var bound = new Vector<T>(least);
        var counts = Vector<int>.Zero;
        var whole = values.Length - (values.Length % Vector<T>.Count);
        for (var i = 0; i < whole; i += Vector<T>.Count)
        {
            // A comparison gives −1 for true, in as many bits as a value has: 32.
            counts -= Vector.AsVectorInt32(Vector.GreaterThanOrEqual(new Vector<T>(values[i..]), bound));
        }

        var count = Vector.Sum(counts);
        foreach (var value in values[whole..])
        {
            count += value >= least ? 1 : 0;
        }

        return count;
    }

    private static float LeastFrom(ReadOnlySpan<float> values, float least)
    {
        var bound = new Vector<float>(least);
        var found = new Vector<float>(float.PositiveInfinity);
        var whole = values.Length - (values.Length % Vector<float>.Count);
        for (var i = 0; i < whole; i += Vector<float>.Count)
        {
            var some = new Vector<float>(values[i..]);
            found = Vector.Min(found, Vector.ConditionalSelect(Vector.GreaterThanOrEqual(some, bound), some, new(float.PositiveInfinity)));
        }

        var smallest = float.PositiveInfinity;
        for (var lane = 0; lane < Vector<float>.Count; lane++)
        {
            smallest = Math.Min(smallest, found[lane]);
        }

        foreach (var value in values[whole..])
        {
            smallest = value >= least ? Math.Min(smallest, value) : smallest;
        }

        return smallest;
    }
}
