using System.Numerics.Tensors;

namespace IclMesh.Gateway.Predict;

/// <summary>Divides a label distribution by what the prompt says without a text: W = diag(p_cf)^-1, b = 0.</summary>
/// <remarks>
/// Source: T. Z. Zhao, E. Wallace, S. Feng, D. Klein, S. Singh, "Calibrate Before Use", 2021, section 5; p_cf is the mean over the texts
/// without content. Computed with logarithms, so that a label that is nearly impossible without a text cannot divide by zero.
/// </remarks>
internal static class ContextualCalibration
{
    /// <summary>Calibrates one distribution.</summary>
    /// <param name="logProbabilities">Natural log-probabilities of the labels, [C], finite; need not be normalised.</param>
    /// <param name="contentFree">The same for each text without content, at least one.</param>
    /// <returns>Calibrated distribution and p_cf, [C] each, both summing to 1.</returns>
    public static (double[] Probabilities, double[] Prior) Apply(double[] logProbabilities, IReadOnlyList<double[]> contentFree)
    {
        var priors = contentFree.Select(Softmax).ToList();
        var prior = Enumerable.Range(0, logProbabilities.Length).Select(label => priors.Average(p => p[label])).ToArray();
        var logPriors = contentFree.Select(LogSoftmax).ToList();
        var calibrated = logProbabilities.Select((logProbability, label) => logProbability - LogMeanExp([.. logPriors.Select(p => p[label])])).ToArray();
        return (Softmax(calibrated), prior);
    }

    private static double[] Softmax(double[] logits)
    {
        var largest = logits.Max();
        var shares = logits.Select(logit => Math.Exp(logit - largest)).ToArray();
        TensorPrimitives.Divide(shares, TensorPrimitives.Sum<double>(shares), shares);
        return shares;
    }

    private static double[] LogSoftmax(double[] logits)
    {
        var total = LogMeanExp(logits) + Math.Log(logits.Length);
        return [.. logits.Select(logit => logit - total)];
    }

    private static double LogMeanExp(double[] values)
    {
        var largest = values.Max();
        return largest + Math.Log(values.Average(value => Math.Exp(value - largest)));
    }
}
