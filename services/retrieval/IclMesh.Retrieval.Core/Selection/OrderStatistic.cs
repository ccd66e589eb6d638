namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Finds the n-th greatest number without sorting all of them.</summary>
internal static class OrderStatistic
{
    /// <summary>The n-th greatest value, 1 being the greatest.</summary>
    /// <param name="values">At least n values, none NaN; reordered.</param>
    /// <param name="n">From 1.</param>
    public static float Greatest(Span<float> values, int n)
    {
        var target = n - 1;
        var (low, high) = (0, values.Length - 1);
        while (low < high)
        {
            // Hoare's partition around the middle: sorted input, which cosines often are, stays linear.
            var pivot = values[(low + high) / 2];
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (values[i] > pivot)
                {
                    i++;
                }

                while (values[j] < pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (target <= j)
            {
                high = j;
            }
            else if (target >= i)
            {
                low = i;
            }
            else
            {
                break;
            }
        }

        return values[target];
    }
}
