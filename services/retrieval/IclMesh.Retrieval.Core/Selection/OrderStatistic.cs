using System.Numerics;
using System.Numerics.Tensors;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Finds the n-th greatest number without sorting.</summary>
internal static class OrderStatistic
{
    private const int AllButSign = int.MaxValue;

    /// <summary>The n-th greatest value, 1 being the greatest.</summary>
    /// <remarks>
    /// Floats order as their bits do once those of negative ones are turned round. The range that holds the answer is halved until it holds nothing else,
    /// by counting how many numbers lie above its middle. Counting takes no branches, which beats partitioning for the few hundred numbers of a pool.
    /// </remarks>
    /// <param name="values">At least n values, none NaN.</param>
    /// <param name="n">From 1.</param>
    public static float Greatest(ReadOnlySpan<float> values, int n)
    {
        Span<int> keys = values.Length <= 1024 ? stackalloc int[values.Length] : new int[values.Length];
        ToKeys(values, keys);
        var (least, greatest) = (TensorPrimitives.Min<int>(keys), TensorPrimitives.Max<int>(keys));
        var (low, high) = ((long)least, (long)greatest);
        while (low < high)
        {
            // At least n keys are as great as low; fewer are greater than high.
            var middle = (int)((low + high + 1) >> 1);
            var count = CountAtLeast(keys, middle);
            if (count == n)
            {
                low = LeastFrom(keys, middle);
                break;
            }

            if (count > n)
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

    private static int CountAtLeast(ReadOnlySpan<int> keys, int least)
    {
        // A comparison gives −1 for true.
        var counts = Vector<int>.Zero;
        var whole = keys.Length - (keys.Length % Vector<int>.Count);
        for (var i = 0; i < whole; i += Vector<int>.Count)
        {
            counts -= Vector.GreaterThanOrEqual(new Vector<int>(keys[i..]), new Vector<int>(least));
        }

        var count = Vector.Sum(counts);
        foreach (var key in keys[whole..])
        {
            count += key >= least ? 1 : 0;
        }

        return count;
    }

    private static int LeastFrom(ReadOnlySpan<int> keys, int least)
    {
        var found = int.MaxValue;
        foreach (var key in keys)
        {
            found = key >= least && key < found ? key : found;
        }

        return found;
    }
}
