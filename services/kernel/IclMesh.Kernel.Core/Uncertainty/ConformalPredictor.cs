namespace IclMesh.Kernel.Core.Uncertainty;

/// <summary>Split-conformal label sets: at least 1 - error of future sets hold the true label if calibration and future rows are exchangeable.</summary>
/// <remarks>Source: M. Sadinle, J. Lei and L. Wasserman, "Least Ambiguous Set-Valued Classifiers with Bounded Error Levels", 2019.</remarks>
public sealed class ConformalPredictor
{
    private ConformalPredictor(double threshold) => Threshold = threshold;

    /// <summary>Least probability that puts a label into a set; -∞ where too few calibration rows make every set hold every label.</summary>
    public double Threshold { get; }

    /// <summary>Calibrates on rows that took no part in the fit.</summary>
    /// <param name="probabilities">Predicted label distributions of the calibration rows, [N, C].</param>
    /// <param name="labels">Their true labels, [N].</param>
    /// <param name="error">Share of future sets that may miss the true label, in (0, 1).</param>
    public static ConformalPredictor Calibrate(DenseMatrix probabilities, ReadOnlySpan<int> labels, double error)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Length, probabilities.Rows);
        var scores = new double[labels.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = probabilities[i, labels[i]];
        }

        // The k-th smallest true-label probability with k = floor((n + 1) error): one row in 1 / error may fall below it.
        Array.Sort(scores);
        var rank = (int)Math.Floor((scores.Length + 1) * error);
        return new(rank < 1 ? double.NegativeInfinity : scores[rank - 1]);
    }

    /// <summary>Labels of one row's set, ascending; may be empty.</summary>
    /// <param name="probabilities">Predicted label distribution, [C].</param>
    public int[] Set(ReadOnlySpan<double> probabilities)
    {
        var set = new List<int>();
        for (var c = 0; c < probabilities.Length; c++)
        {
            if (probabilities[c] >= Threshold)
            {
                set.Add(c);
            }
        }

        return [.. set];
    }
}
