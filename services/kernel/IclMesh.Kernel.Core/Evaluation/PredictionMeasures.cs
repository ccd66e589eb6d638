namespace IclMesh.Kernel.Core.Evaluation;

/// <summary>How good label distributions are.</summary>
public sealed record PredictionMeasures
{
    private const int BinCount = 10;
    private const double LeastProbability = 1e-12;
    private const double Normal95 = 1.959963984540054;

    /// <summary>Share that is right.</summary>
    public required ConfidenceInterval Accuracy { get; init; }

    /// <summary>Share of the most frequent true label.</summary>
    public required double Majority { get; init; }

    /// <summary>Unweighted mean of the classes' F1 scores.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Mean negative natural log-probability of the true label.</summary>
    public required double LogLoss { get; init; }

    /// <summary>Mean squared distance between distribution and one-hot true label.</summary>
    public required double BrierScore { get; init; }

    /// <summary>Expected calibration error.</summary>
    /// <remarks>Source: C. Guo et al., "On Calibration of Modern Neural Networks", 2017, equation 3, ten bins.</remarks>
    public required double CalibrationError { get; init; }

    /// <summary>The bins that hold predictions, in order.</summary>
    public required IReadOnlyList<ReliabilityBin> Bins { get; init; }

    /// <summary>Counts by true and predicted label, [C, C].</summary>
    public required DenseMatrix Confusion { get; init; }

    /// <summary>Measures predictions.</summary>
    /// <param name="probabilities">Label distributions, [Q, C], Q at least 1.</param>
    /// <param name="gold">True labels, [Q].</param>
    public static PredictionMeasures Of(DenseMatrix probabilities, ReadOnlySpan<int> gold)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentOutOfRangeException.ThrowIfNotEqual(gold.Length, probabilities.Rows);
        var classes = probabilities.Columns;
        var confusion = new DenseMatrix(classes, classes);
        var (loss, brier) = (0.0, 0.0);
        var binned = new List<(double Confidence, bool Right)>[BinCount];
        for (var q = 0; q < gold.Length; q++)
        {
            var row = probabilities.Row(q);
            var predicted = Statistics.ArgMax(row);
            confusion[gold[q], predicted]++;
            loss -= Math.Log(Math.Max(row[gold[q]], LeastProbability));
            for (var c = 0; c < classes; c++)
            {
                var error = row[c] - (c == gold[q] ? 1 : 0);
                brier += error * error;
            }

            var bin = Math.Clamp((int)(row[predicted] * BinCount), 0, BinCount - 1);
            (binned[bin] ??= []).Add((row[predicted], predicted == gold[q]));
        }

        var right = Enumerable.Range(0, classes).Sum(c => confusion[c, c]);
        var bins = Bin(binned);
        return new()
        {
            Accuracy = ConfidenceInterval.Wilson(right, gold.Length),
            Majority = Enumerable.Range(0, classes).Max(c => Sum(confusion.Row(c))) / gold.Length,
            MacroF1 = F1(confusion),
            LogLoss = loss / gold.Length,
            BrierScore = brier / gold.Length,
            CalibrationError = bins.Sum(bin => bin.Count * Math.Abs(bin.Accuracy.Estimate - bin.Confidence)) / gold.Length,
            Bins = bins,
            Confusion = confusion,
        };
    }

    /// <summary>Difference of two accuracies on the same rows.</summary>
    /// <param name="predicted">Labels of the first predictor, [Q].</param>
    /// <param name="baseline">Labels of the second, [Q].</param>
    /// <param name="gold">True labels, [Q].</param>
    /// <returns>First minus second, with the interval of the mean of paired differences.</returns>
    public static ConfidenceInterval Difference(ReadOnlySpan<int> predicted, ReadOnlySpan<int> baseline, ReadOnlySpan<int> gold)
    {
        var (sum, squares) = (0, 0);
        for (var q = 0; q < gold.Length; q++)
        {
            var difference = (predicted[q] == gold[q] ? 1 : 0) - (baseline[q] == gold[q] ? 1 : 0);
            sum += difference;
            squares += difference * difference;
        }

        var mean = (double)sum / gold.Length;
        var half = Normal95 * Math.Sqrt(Math.Max(0, ((double)squares / gold.Length) - (mean * mean)) / gold.Length);
        return new(mean, mean - half, mean + half);
    }

    private static List<ReliabilityBin> Bin(List<(double Confidence, bool Right)>?[] binned)
    {
        var bins = new List<ReliabilityBin>();
        for (var b = 0; b < binned.Length; b++)
        {
            if (binned[b] is { } rows)
            {
                var accuracy = ConfidenceInterval.Wilson(rows.Count(row => row.Right), rows.Count);
                bins.Add(new((double)b / BinCount, (b + 1.0) / BinCount, rows.Count, rows.Average(row => row.Confidence), accuracy));
            }
        }

        return bins;
    }

    private static double F1(DenseMatrix confusion)
    {
        var scores = new List<double>();
        for (var c = 0; c < confusion.Rows; c++)
        {
            var occurrences = Sum(confusion.Row(c)) + Sum(confusion.Column(c));
            if (occurrences > 0)
            {
                scores.Add(2 * confusion[c, c] / occurrences);
            }
        }

        return scores.Average();
    }

    private static double Sum(ReadOnlySpan<double> values) => TensorPrimitives.Sum(values);
}
