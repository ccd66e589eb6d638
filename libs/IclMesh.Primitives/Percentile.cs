namespace IclMesh;

/// <summary>Percentiles by nearest rank: always one of the values, and the largest of few.</summary>
public static class Percentile
{
    /// <summary>The least value that a share of all values does not exceed.</summary>
    /// <param name="sorted">Ascending, at least one.</param>
    /// <param name="share">Above 0, at most 1; 0.5 is the median.</param>
    public static double Of(IReadOnlyList<double> sorted, double share)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Count, nameof(sorted));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
    }
}
