using System.Numerics.Tensors;

namespace IclMesh;

/// <summary>A closed interval with the estimate that it surrounds.</summary>
/// <param name="Estimate">Point estimate.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct ConfidenceInterval(double Estimate, double Low, double High)
{
    private const double Normal95 = 1.959963984540054;

    /// <summary>The same interval cut to what the quantity can be.</summary>
    /// <param name="low">Least possible value.</param>
    /// <param name="high">Greatest possible value.</param>
    public ConfidenceInterval Within(double low, double high) => this with { Low = Math.Max(low, Low), High = Math.Min(high, High) };

    /// <summary>95 % Wilson interval of a share.</summary>
    /// <remarks>Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.</remarks>
    /// <param name="successes">Successes, 0 … <paramref name="trials"/>.</param>
    /// <param name="trials">Trials, at least 1.</param>
    public static ConfidenceInterval Wilson(double successes, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        var share = successes / trials;
        var z = Normal95 * Normal95 / trials;
        var centre = (share + (z / 2)) / (1 + z);
        var half = Normal95 * Math.Sqrt((share * (1 - share) / trials) + (z / (4 * trials))) / (1 + z);

        // Rounding must not push the ends past the share or out of range.
        return new(share, Math.Clamp(centre - half, 0, share), Math.Clamp(centre + half, share, 1));
    }

    /// <summary>95 % interval of a mean by Student's t over independent values.</summary>
    /// <param name="values">Values; with one value the interval is the whole line.</param>
    public static ConfidenceInterval Mean(ReadOnlySpan<double> values)
    {
        var mean = TensorPrimitives.Average(values);
        if (values.Length < 2)
        {
            return new(mean, double.NegativeInfinity, double.PositiveInfinity);
        }

        var squares = 0.0;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        var half = StudentQuantile(values.Length - 1) * Math.Sqrt(squares / (values.Length - 1) / values.Length);
        return new(mean, mean - half, mean + half);
    }

    /// <summary>95 % interval of a Pearson or Spearman correlation by Fisher's z.</summary>
    /// <param name="correlation">Correlation in [-1, 1].</param>
    /// <param name="pairs">Pairs; with fewer than 4 the interval is [-1, 1].</param>
    public static ConfidenceInterval Correlation(double correlation, int pairs)
    {
        if (pairs < 4 || !double.IsFinite(correlation))
        {
            return new(correlation, -1, 1);
        }

        var z = Math.Atanh(Math.Clamp(correlation, -1 + 1e-15, 1 - 1e-15));
        var half = Normal95 / Math.Sqrt(pairs - 3);
        return new(correlation, Math.Tanh(z - half), Math.Tanh(z + half));
    }

    /// <summary>97.5 % quantile of Student's t (G. W. Hill, Algorithm 396, 1970; Cornish-Fisher terms; exact for 1 and 2).</summary>
    private static double StudentQuantile(int degrees)
    {
        if (degrees == 1)
        {
            return 12.706204736174698;
        }

        if (degrees == 2)
        {
            return 4.302652729749464;
        }

        const double Z = Normal95;
        double n = degrees;
        var z2 = Z * Z;
        return Z + (Z * (z2 + 1) / (4 * n)) + (Z * ((5 * z2 * z2) + (16 * z2) + 3) / (96 * n * n))
            + (Z * ((3 * z2 * z2 * z2) + (19 * z2 * z2) + (17 * z2) - 15) / (384 * n * n * n))
            + (Z * ((79 * z2 * z2 * z2 * z2) + (776 * z2 * z2 * z2) + (1482 * z2 * z2) - (1920 * z2) - 945) / (92160 * n * n * n * n));
    }
}
