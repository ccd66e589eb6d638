namespace IclMesh.Kernel.Core.Uncertainty;

/// <summary>Label sets from weighted means: one part of the demonstrations predicts, the other calibrates.</summary>
/// <param name="Sets">Labels of every query's set, ascending.</param>
/// <param name="Probabilities">Label distributions of the queries, [Q, C].</param>
/// <param name="Threshold">Least probability that puts a label into a set.</param>
/// <param name="CalibrationRows">Rows that calibrated.</param>
public sealed record ConformalRegression(IReadOnlyList<int[]> Sets, DenseMatrix Probabilities, double Threshold, int CalibrationRows)
{
    /// <summary>Splits, predicts, calibrates and builds the sets.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="features">[N, D], N of 2 or more.</param>
    /// <param name="labels">Class of each row, [N].</param>
    /// <param name="classes">C.</param>
    /// <param name="queries">[Q, D].</param>
    /// <param name="error">Share of sets that may miss the true label, in (0, 1).</param>
    /// <param name="calibrationShare">Share of rows that calibrate, in (0, 1); one row at least on either side.</param>
    /// <param name="seed">Seed of the split.</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static ConformalRegression Run(
        KernelSpec kernel,
        DenseMatrix features,
        int[] labels,
        int classes,
        DenseMatrix queries,
        double error,
        double calibrationShare,
        ulong seed,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(queries);
        var order = new SeededRandom(seed).Permutation(features.Rows);
        var count = Math.Clamp((int)Math.Round(calibrationShare * features.Rows), 1, features.Rows - 1);
        var (calibration, training) = (order[..count], order[count..]);
        var train = features.Select(training).AsSamples();
        var targets = DenseMatrix.OneHot([.. training.Select(i => labels[i])], classes);

        DenseMatrix Predict(DenseMatrix rows) =>
            NadarayaWatson.Predict(kernel, rows.AsSamples(), train, targets, cancellationToken: cancellationToken).Predictions;

        var conformal = ConformalPredictor.Calibrate(
            Predict(features.Select(calibration)), [.. calibration.Select(i => labels[i])], error);
        var probabilities = Predict(queries);
        var sets = new int[queries.Rows][];
        for (var q = 0; q < sets.Length; q++)
        {
            sets[q] = conformal.Set(probabilities.Row(q));
        }

        return new(sets, probabilities, conformal.Threshold, count);
    }
}
