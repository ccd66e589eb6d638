using IclMesh.Kernel.Core.Uncertainty;

namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Runs any estimator and computes what is asked for beside its predictions.</summary>
public static class Regression
{
    /// <summary>Runs.</summary>
    /// <param name="problem">Data and estimator.</param>
    /// <param name="outputs">What to return beside predictions.</param>
    /// <param name="cancellationToken">Checked once a block.</param>
    public static RegressionResult Run(RegressionProblem problem, RegressionOutputs outputs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(outputs);
        return problem.Estimator switch
        {
            EstimatorKind.KernelRidge => Ridge(problem, outputs, cancellationToken),
            EstimatorKind.NearestNeighbours => Neighbours(problem, outputs, cancellationToken),
            EstimatorKind.LocalLinear => Local(problem, outputs, cancellationToken),
            _ => Mean(problem, outputs, cancellationToken),
        };
    }

    private static RegressionResult Mean(RegressionProblem problem, RegressionOutputs outputs, CancellationToken cancellationToken)
    {
        var smoother = problem switch
        {
            { KernelTo: { } kernel } => NadarayaWatson.FromKernel(kernel, problem.Labels, problem.Negative),
            { IsSingle: true } => NadarayaWatson.Predict(
                problem.Kernel, Narrow(problem.Queries!), Narrow(problem.Features!), problem.Labels, problem.Negative, cancellationToken: cancellationToken),
            _ => NadarayaWatson.Predict(
                problem.Kernel, problem.Queries!.AsSamples(), problem.Features!.AsSamples(), problem.Labels, problem.Negative, cancellationToken: cancellationToken),
        };
        var result = new RegressionResult(smoother.Predictions) { Smoother = smoother };
        if (outputs.Gradients)
        {
            result = result with { Gradients = SmootherMatrix.Gradient(problem.Kernel, problem.Queries!, problem.Features!, problem.Labels) };
        }

        if (outputs.Influence || outputs.StandardErrors || outputs.Replicates > 0)
        {
            var weights = WeightsTo(problem, cancellationToken);
            result = AddSpread(problem, outputs, result, weights, cancellationToken);
            if (outputs.Influence)
            {
                result = result with { Influence = SmootherUncertainty.Influence(weights, problem.Labels, result.Predictions) };
            }
        }

        return outputs.Leverages || outputs.LeaveOneOut ? AddFit(outputs, result, Among(problem, false, cancellationToken), LeftOut(problem, cancellationToken)) : result;
    }

    private static RegressionResult Local(RegressionProblem problem, RegressionOutputs outputs, CancellationToken cancellationToken)
    {
        var (features, queries) = (problem.Features!, problem.Queries!);
        var fit = LocalLinear.Predict(problem.Kernel, queries, features, problem.Labels, cancellationToken: cancellationToken);
        var result = new RegressionResult(fit.Predictions) { Gradients = outputs.Gradients ? fit.Gradients : null };
        if (!outputs.NeedsResiduals)
        {
            return result;
        }

        result = AddSpread(problem, outputs, result, fit.Smoother, cancellationToken);
        return outputs.Leverages || outputs.LeaveOneOut ? AddFit(outputs, result, Among(problem, false, cancellationToken), LeftOut(problem, cancellationToken)) : result;
    }

    private static RegressionResult Ridge(RegressionProblem problem, RegressionOutputs outputs, CancellationToken cancellationToken)
    {
        var among = problem.KernelAmong ?? Kernel(problem, problem.Features!, cancellationToken);
        var to = problem.KernelTo ?? Kernel(problem, problem.Queries!, cancellationToken);
        var fit = KernelRidge.Fit(among, problem.Labels, problem.Ridge, cancellationToken);
        var result = new RegressionResult(fit.Predict(to)) { ConditionNumber = fit.ConditionNumber, Jitter = fit.Jitter };
        if (outputs.Influence)
        {
            result = result with { Influence = fit.Influence(to, cancellationToken) };
        }

        if (!outputs.NeedsResiduals)
        {
            return result;
        }

        var residuals = fit.LeaveOneOutResiduals(cancellationToken);
        if (outputs.StandardErrors || outputs.Replicates > 0)
        {
            var smoother = BlockedProduct.MultiplyTransposed(to, fit.Inverse(cancellationToken), cancellationToken);
            result = Spread(outputs, result, smoother, fit.Predict(among), residuals, cancellationToken);
        }

        var left = new DenseMatrix(residuals.Rows, residuals.Columns);
        TensorPrimitives.Subtract(problem.Labels.Values, residuals.Values, left.Values);
        return result with
        {
            Leverages = outputs.Leverages ? fit.Leverages(cancellationToken) : null,
            LeaveOneOut = outputs.LeaveOneOut ? left : null,
        };
    }

    private static RegressionResult Neighbours(RegressionProblem problem, RegressionOutputs outputs, CancellationToken cancellationToken)
    {
        DenseMatrix Predict(DenseMatrix queries, bool leaveOneOut) => NearestNeighbours.Predict(
            problem.Neighbours, problem.Metric, problem.Weighting, queries, problem.Features!, problem.Labels, problem.Kernel, leaveOneOut, cancellationToken);

        return new(Predict(problem.Queries!, leaveOneOut: false))
        {
            LeaveOneOut = outputs.LeaveOneOut ? Predict(problem.Features!, leaveOneOut: true) : null,
        };
    }

    private static RegressionResult AddSpread(
        RegressionProblem problem, RegressionOutputs outputs, RegressionResult result, DenseMatrix smoother, CancellationToken cancellationToken)
    {
        if (!outputs.StandardErrors && outputs.Replicates == 0)
        {
            return result;
        }

        var among = Among(problem, leaveOneOut: false, cancellationToken);
        var columns = problem.Labels.Transpose();
        var fitted = BlockedProduct.MultiplyTransposed(among, columns, cancellationToken);
        var residuals = LeftOut(problem, cancellationToken);
        TensorPrimitives.Subtract(problem.Labels.Values, residuals.Values, residuals.Values);
        return Spread(outputs, result, smoother, fitted, residuals, cancellationToken);
    }

    private static RegressionResult Spread(
        RegressionOutputs outputs, RegressionResult result, DenseMatrix smoother, DenseMatrix fitted, DenseMatrix residuals, CancellationToken cancellationToken)
    {
        if (outputs.StandardErrors)
        {
            result = result with { StandardErrors = SmootherUncertainty.StandardErrors(smoother, residuals) };
        }

        if (outputs.Replicates > 0)
        {
            var (low, high) = SmootherUncertainty.WildBootstrap(
                smoother, fitted, residuals, outputs.Replicates, outputs.Level, outputs.Seed, cancellationToken);
            result = result with { Lower = low, Upper = high };
        }

        return result;
    }

    private static RegressionResult AddFit(RegressionOutputs outputs, RegressionResult result, DenseMatrix among, DenseMatrix left) => result with
    {
        Leverages = outputs.Leverages ? [.. Enumerable.Range(0, among.Rows).Select(n => among[n, n])] : null,
        LeaveOneOut = outputs.LeaveOneOut ? left : null,
    };

    private static DenseMatrix WeightsTo(RegressionProblem problem, CancellationToken cancellationToken) => problem.KernelTo is { } kernel
        ? Normalised(kernel, problem.Negative, leaveOneOut: false)
        : SmootherMatrix.NadarayaWatson(problem.Kernel, problem.Queries!, problem.Features!, problem.Negative, cancellationToken: cancellationToken);

    /// <summary>The smoother at the demonstrations themselves, [N, N].</summary>
    private static DenseMatrix Among(RegressionProblem problem, bool leaveOneOut, CancellationToken cancellationToken) => problem switch
    {
        { KernelAmong: { } kernel } => Normalised(kernel, problem.Negative, leaveOneOut),
        { Estimator: EstimatorKind.LocalLinear } => LocalLinear.Predict(
            problem.Kernel, problem.Features!, problem.Features!, problem.Labels, leaveOneOut, cancellationToken).Smoother,
        _ => SmootherMatrix.NadarayaWatson(problem.Kernel, problem.Features!, problem.Features!, problem.Negative, leaveOneOut, cancellationToken),
    };

    /// <summary>Leave-one-out predictions, [N, C].</summary>
    private static DenseMatrix LeftOut(RegressionProblem problem, CancellationToken cancellationToken) =>
        BlockedProduct.MultiplyTransposed(Among(problem, leaveOneOut: true, cancellationToken), problem.Labels.Transpose(), cancellationToken);

    private static DenseMatrix Normalised(DenseMatrix kernel, NegativeKernel negative, bool leaveOneOut)
    {
        var weights = new DenseMatrix(kernel.Rows, kernel.Columns);
        for (var q = 0; q < kernel.Rows; q++)
        {
            var row = kernel.Row(q).ToArray();
            if (leaveOneOut)
            {
                row[q] = 0;
            }

            PlainSmoother.Normalise(row, negative).CopyTo(weights.Row(q));
        }

        return weights;
    }

    /// <summary>In 64 bit whatever the input: the inverse would magnify 32-bit rounding by the condition number.</summary>
    private static DenseMatrix Kernel(RegressionProblem problem, DenseMatrix queries, CancellationToken cancellationToken) =>
        KernelMatrix.Evaluate(problem.Kernel, queries.AsSamples(), problem.Features!.AsSamples(), cancellationToken);

    private static Samples<float> Narrow(DenseMatrix matrix) => new(matrix.ToSingle(), matrix.Rows, matrix.Columns);
}
