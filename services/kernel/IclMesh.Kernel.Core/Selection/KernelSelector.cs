namespace IclMesh.Kernel.Core.Selection;

/// <summary>Chooses among kernels by their held-out loss as Nadaraya-Watson.</summary>
public static class KernelSelector
{
    private const double Floor = 1e-12;

    /// <summary>Mean held-out loss of every kernel with its standard error over rows.</summary>
    /// <param name="candidates">Kernels.</param>
    /// <param name="features">[N, D].</param>
    /// <param name="labels">One-hot or soft labels, [N, C].</param>
    /// <param name="loss">What to minimise.</param>
    /// <param name="folds">Folds, 2 … N; the same for every kernel.</param>
    /// <param name="seed">Seed of the folds.</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static (double[] Losses, double[] Errors, int Best) Select(
        IReadOnlyList<KernelSpec> candidates,
        DenseMatrix features,
        DenseMatrix labels,
        HeldOutLoss loss,
        int folds,
        ulong seed,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        var (losses, errors) = (new double[candidates.Count], new double[candidates.Count]);
        for (var k = 0; k < candidates.Count; k++)
        {
            var rows = new List<double>();
            foreach (var (train, test) in Folding.Split(features.Rows, folds, seed))
            {
                var fitted = NadarayaWatson.Predict(
                    candidates[k],
                    features.Select(test).AsSamples(),
                    features.Select(train).AsSamples(),
                    labels.Select(train),
                    cancellationToken: cancellationToken).Predictions;
                for (var i = 0; i < test.Length; i++)
                {
                    rows.Add(Loss(loss, fitted.Row(i), labels.Row(test[i])));
                }
            }

            losses[k] = rows.Average();
            errors[k] = Math.Sqrt(rows.Sum(row => (row - losses[k]) * (row - losses[k])) / Math.Max(1, rows.Count - 1) / rows.Count);
        }

        return (losses, errors, TensorPrimitives.IndexOfMin<double>(losses));
    }

    private static double Loss(HeldOutLoss loss, ReadOnlySpan<double> fitted, ReadOnlySpan<double> label)
    {
        switch (loss)
        {
            case HeldOutLoss.Squared:
                var distance = TensorPrimitives.Distance(fitted, label);
                return distance * distance;
            case HeldOutLoss.Logarithmic:
                var sum = 0.0;
                for (var c = 0; c < label.Length; c++)
                {
                    sum -= label[c] * Math.Log(Math.Max(Floor, fitted[c]));
                }

                return sum;
            default:
                return Statistics.ArgMax(fitted) == Statistics.ArgMax(label) ? 0 : 1;
        }
    }
}
