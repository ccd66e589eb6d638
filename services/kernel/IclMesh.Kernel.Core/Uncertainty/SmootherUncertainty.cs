namespace IclMesh.Kernel.Core.Uncertainty;

/// <summary>Standard errors, bootstrap intervals and influence of any linear smoother ŷ(q) = Σ l_n(q) y_n.</summary>
public static class SmootherUncertainty
{
    /// <summary>Heteroscedastic standard errors √Σ l_n(q)² r_n², [Q, C], with leave-one-out residuals r.</summary>
    /// <remarks>The sandwich of H. White (1980); bias of the smoother is not part of it.</remarks>
    /// <param name="smoother">l, [Q, N].</param>
    /// <param name="residuals">Leave-one-out residuals, [N, C].</param>
    public static DenseMatrix StandardErrors(DenseMatrix smoother, DenseMatrix residuals)
    {
        ArgumentNullException.ThrowIfNull(smoother);
        ArgumentNullException.ThrowIfNull(residuals);
        var errors = BlockedProduct.MultiplyTransposed(Squared(smoother), Squared(residuals).Transpose());
        TensorPrimitives.Sqrt<double>(errors.Values, errors.Values);
        return errors;
    }

    /// <summary>Pointwise wild-bootstrap intervals: labels are redrawn as fit ± residual with random signs and smoothed again.</summary>
    /// <remarks>Sources: C. F. J. Wu (1986), R. Y. Liu (1988). Intervals are basic: 2 ŷ - quantile, so that skew falls on the right side.</remarks>
    /// <param name="smoother">l at the queries, [Q, N].</param>
    /// <param name="fitted">Fit at the demonstrations, [N, C].</param>
    /// <param name="residuals">Leave-one-out residuals, [N, C].</param>
    /// <param name="replicates">Bootstrap samples, 2 or more.</param>
    /// <param name="level">Coverage, in (0, 1).</param>
    /// <param name="seed">Seed of the signs.</param>
    /// <param name="cancellationToken">Checked once a class.</param>
    /// <returns>Lower and upper ends, [Q, C] each.</returns>
    public static (DenseMatrix Low, DenseMatrix High) WildBootstrap(
        DenseMatrix smoother,
        DenseMatrix fitted,
        DenseMatrix residuals,
        int replicates,
        double level,
        ulong seed,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(smoother);
        ArgumentNullException.ThrowIfNull(fitted);
        ArgumentNullException.ThrowIfNull(residuals);
        var (low, high) = (new DenseMatrix(smoother.Rows, fitted.Columns), new DenseMatrix(smoother.Rows, fitted.Columns));
        for (var c = 0; c < fitted.Columns; c++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (fit, residual) = (fitted.Column(c), residuals.Column(c));

            // Signs are the same for every class: classes of one demonstration move together.
            var random = new SeededRandom(seed);
            var samples = new DenseMatrix(replicates, smoother.Columns);
            for (var b = 0; b < replicates; b++)
            {
                var row = samples.Row(b);
                for (var n = 0; n < row.Length; n++)
                {
                    row[n] = fit[n] + ((random.NextBits() >> 63) == 0 ? residual[n] : -residual[n]);
                }
            }

            var centre = BlockedProduct.MultiplyTransposed(smoother, new(fit, 1, fit.Length), cancellationToken);
            var replicas = BlockedProduct.MultiplyTransposed(smoother, samples, cancellationToken);
            for (var q = 0; q < smoother.Rows; q++)
            {
                low[q, c] = (2 * centre[q, 0]) - Statistics.Quantile(replicas.Row(q), (1 + level) / 2);
                high[q, c] = (2 * centre[q, 0]) - Statistics.Quantile(replicas.Row(q), (1 - level) / 2);
            }
        }

        return (low, high);
    }

    /// <summary>Exact effect of leaving demonstrations out one at a time: p(q) - p₋ₙ(q), class c in column n·C + c, [Q, N·C].</summary>
    /// <remarks>
    /// For weighted means p - p₋ₙ = w_n (y_n - p) / (1 - w_n). Where a demonstration has all the weight nothing is left: what remains is then the plain
    /// mean of the others.
    /// </remarks>
    /// <param name="weights">Normalised weights, [Q, N], N of 2 or more.</param>
    /// <param name="labels">Labels or targets, [N, C].</param>
    /// <param name="predictions">Predictions, [Q, C].</param>
    public static DenseMatrix Influence(DenseMatrix weights, DenseMatrix labels, DenseMatrix predictions)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predictions);
        var (demonstrations, classes) = (labels.Rows, labels.Columns);
        var sums = new double[classes];
        for (var n = 0; n < demonstrations; n++)
        {
            TensorPrimitives.Add(sums, labels.Row(n), sums);
        }

        var influence = new DenseMatrix(weights.Rows, demonstrations * classes);
        for (var q = 0; q < weights.Rows; q++)
        {
            for (var n = 0; n < demonstrations; n++)
            {
                for (var c = 0; c < classes; c++)
                {
                    var rest = 1 - weights[q, n];
                    influence[q, (n * classes) + c] = rest > 1e-12
                        ? weights[q, n] * (labels[n, c] - predictions[q, c]) / rest
                        : predictions[q, c] - ((sums[c] - labels[n, c]) / (demonstrations - 1));
                }
            }
        }

        return influence;
    }

    private static DenseMatrix Squared(DenseMatrix matrix)
    {
        var squared = new DenseMatrix(matrix.Rows, matrix.Columns);
        TensorPrimitives.Multiply(matrix.Values, matrix.Values, squared.Values);
        return squared;
    }
}
