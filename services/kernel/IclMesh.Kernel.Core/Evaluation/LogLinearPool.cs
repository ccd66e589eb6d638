namespace IclMesh.Kernel.Core.Evaluation;

/// <summary>The log-linear pool of a model's and a kernel's label distribution: softmax((1 - w) log p + w log(s + smoothing)).</summary>
/// <remarks>Source: C. Genest and J. V. Zidek, "Combining Probability Distributions", 1986. Smoothing keeps a label that no demonstration has possible.</remarks>
public static class LogLinearPool
{
    /// <summary>Pools one pair of distributions.</summary>
    /// <param name="logProbabilities">The model's natural log-probabilities, [C]; need not be normalised.</param>
    /// <param name="shares">The kernel's label shares, [C], 0 or more.</param>
    /// <param name="weight">Weight of the kernel, in [0, 1].</param>
    /// <param name="smoothing">Added to every share before its logarithm, greater than 0.</param>
    /// <param name="pooled">Receives natural log-probabilities, [C], normalised.</param>
    public static void Pool(ReadOnlySpan<double> logProbabilities, ReadOnlySpan<double> shares, double weight, double smoothing, Span<double> pooled)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(shares.Length, logProbabilities.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pooled.Length, logProbabilities.Length);
        for (var c = 0; c < pooled.Length; c++)
        {
            pooled[c] = ((1 - weight) * logProbabilities[c]) + (weight * Math.Log(shares[c] + smoothing));
        }

        var highest = TensorPrimitives.Max<double>(pooled);
        var sum = 0.0;
        foreach (var value in pooled)
        {
            sum += Math.Exp(value - highest);
        }

        TensorPrimitives.Subtract(pooled, highest + Math.Log(sum), pooled);
    }
}
