namespace IclMesh.Kernel.Core.Selection;

/// <summary>Data, kernel and estimator whose bandwidth is wanted.</summary>
/// <param name="Kind">A kernel with a bandwidth.</param>
/// <param name="Features">[N, D].</param>
/// <param name="Labels">Labels or targets, [N, C].</param>
/// <param name="IsLocalLinear">Local linear instead of Nadaraya-Watson.</param>
/// <param name="Folds">Folds of <see cref="BandwidthCriterion.KFold"/>, 2 … N.</param>
/// <param name="Seed">Seed of the folds.</param>
public sealed record SmoothingProblem(
    KernelKind Kind, DenseMatrix Features, DenseMatrix Labels, bool IsLocalLinear = false, int Folds = 5, ulong Seed = 0)
{
    /// <summary>Criterion of one bandwidth.</summary>
    /// <param name="criterion">Which.</param>
    /// <param name="bandwidth">h, greater than 0.</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public double Evaluate(BandwidthCriterion criterion, double bandwidth, CancellationToken cancellationToken = default)
    {
        var spec = KernelSpec.FromBandwidth(Kind, bandwidth);
        switch (criterion)
        {
            case BandwidthCriterion.LeaveOneOut:
                return SquaredError(Fit(spec, Features, Features, Labels, leaveOneOut: true, cancellationToken), Labels);
            case BandwidthCriterion.KFold:
                return HeldOutError(spec, cancellationToken);
            default:
                var fitted = Fit(spec, Features, Features, Labels, leaveOneOut: false, cancellationToken);
                var local = IsLocalLinear && criterion == BandwidthCriterion.Aicc;
                var share = Trace(spec, local, cancellationToken) / Features.Rows;
                var penalty = 1 - share - (2.0 / Features.Rows);
                return penalty <= 0 ? double.PositiveInfinity : Math.Log(SquaredError(fitted, Labels)) + ((1 + share) / penalty);
        }
    }

    /// <summary>Squared correlation of targets and fit about the fit's mean, statsmodels' R².</summary>
    /// <param name="bandwidth">h, greater than 0.</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public double RSquared(double bandwidth, CancellationToken cancellationToken = default)
    {
        var fitted = Fit(KernelSpec.FromBandwidth(Kind, bandwidth), Features, Features, Labels, leaveOneOut: false, cancellationToken).Values;
        var mean = fitted.Average();
        double cross = 0, data = 0, fit = 0;
        for (var i = 0; i < fitted.Length; i++)
        {
            var (y, f) = (Labels.Values[i] - mean, fitted[i] - mean);
            cross += y * f;
            data += y * y;
            fit += f * f;
        }

        return cross * cross / (data * fit);
    }

    /// <summary>The criterion has a path that shares distances between candidates.</summary>
    /// <param name="criterion">Which.</param>
    internal bool CanScan(BandwidthCriterion criterion) =>
        criterion == BandwidthCriterion.LeaveOneOut && Kind == KernelKind.Rbf && !IsLocalLinear;

    private static double SquaredError(DenseMatrix fitted, DenseMatrix labels)
    {
        var distance = TensorPrimitives.Distance<double>(fitted.Values, labels.Values);
        return distance * distance / labels.Rows;
    }

    private DenseMatrix Fit(
        KernelSpec spec, DenseMatrix queries, DenseMatrix features, DenseMatrix labels, bool leaveOneOut, CancellationToken cancellationToken) =>
        IsLocalLinear
            ? LocalLinear.Predict(spec, queries, features, labels, leaveOneOut, cancellationToken).Predictions
            : NadarayaWatson.Predict(
                spec, queries.AsSamples(), features.AsSamples(), labels, leaveOneOut: leaveOneOut, cancellationToken: cancellationToken).Predictions;

    private double HeldOutError(KernelSpec spec, CancellationToken cancellationToken)
    {
        var sum = 0.0;
        foreach (var (train, test) in Folding.Split(Features.Rows, Folds, Seed))
        {
            var held = Labels.Select(test);
            var fitted = Fit(spec, Features.Select(test), Features.Select(train), Labels.Select(train), leaveOneOut: false, cancellationToken);
            sum += SquaredError(fitted, held) * test.Length;
        }

        return sum / Features.Rows;
    }

    private double Trace(KernelSpec spec, bool local, CancellationToken cancellationToken)
    {
        var smoother = local
            ? LocalLinear.Predict(spec, Features, Features, Labels, leaveOneOut: false, cancellationToken).Smoother
            : SmootherMatrix.NadarayaWatson(spec, Features, Features, cancellationToken: cancellationToken);
        var trace = 0.0;
        for (var i = 0; i < smoother.Rows; i++)
        {
            trace += smoother[i, i];
        }

        return trace;
    }
}
