using IclMesh.Kernel.Core.Kernels;
using IclMesh.Kernel.V1;
using DataCase = IclMesh.Kernel.V1.RunRegressionRequest.DataOneofCase;
using EstimatorCase = IclMesh.Kernel.V1.RunRegressionRequest.EstimatorOneofCase;

namespace IclMesh.Kernel.RunRegression;

internal static class RunRegressionRules
{
    public static void Check(RunRegressionRequest request)
    {
        var rules = new RequestRules();
        rules.Kernel("kernel", request.Kernel);
        rules.Samples("labels", request.Labels);
        if (request.DataCase == DataCase.FeatureData)
        {
            CheckFeatures(rules, request);
        }
        else if (request.DataCase == DataCase.PrecomputedData)
        {
            CheckPrecomputed(rules, request);
        }
        else
        {
            rules.Require(false, "data", "feature_data or precomputed_data is required");
        }

        CheckEstimator(rules, request);
        rules.ThrowIfBroken();
    }

    private static void CheckFeatures(RequestRules rules, RunRegressionRequest request)
    {
        var data = request.FeatureData;
        if (!(rules.Samples("feature_data.features", data.Features) & rules.Samples("feature_data.queries", data.Queries)) || !rules.Passed)
        {
            return;
        }

        rules.Columns("feature_data.queries", data.Queries, data.Features.ColumnCount());
        rules.Require(data.Queries.IsSingle() == data.Features.IsSingle(), "feature_data.queries", "must have the precision of the features");
        rules.Rows("labels", request.Labels, data.Features.RowCount());
        var needsDistributions = request.Kernel?.Function == KernelFunction.KullbackLeibler
            || (request.EstimatorCase == EstimatorCase.NearestNeighbours && request.NearestNeighbours.Metric == NeighbourMetric.KullbackLeibler);
        if (needsDistributions)
        {
            rules.Distributions("feature_data.features", data.Features);
            rules.Distributions("feature_data.queries", data.Queries);
        }
    }

    private static void CheckPrecomputed(RequestRules rules, RunRegressionRequest request)
    {
        var data = request.PrecomputedData;
        if (!rules.Samples("precomputed_data.queries", data.Queries) || !rules.Passed)
        {
            return;
        }

        var count = request.Labels.RowCount();
        rules.Columns("precomputed_data.queries", data.Queries, count);
        var needed = request.EstimatorCase == EstimatorCase.KernelRidge || request.StandardErrors || request.Leverages || request.LeaveOneOut
            || request.WildBootstrap is not null;
        if (data.Demonstrations is null)
        {
            rules.Require(!needed, "precomputed_data.demonstrations", "is required for kernel ridge and for everything that needs residuals");
        }
        else if (rules.Samples("precomputed_data.demonstrations", data.Demonstrations))
        {
            rules.Rows("precomputed_data.demonstrations", data.Demonstrations, count);
            rules.Columns("precomputed_data.demonstrations", data.Demonstrations, count);
        }

        rules.Require(
            request.EstimatorCase is not (EstimatorCase.LocalLinear or EstimatorCase.NearestNeighbours),
            "estimator",
            $"{request.EstimatorCase} needs feature_data");
        rules.Require(!request.Gradients, "gradients", "need feature_data");
    }

    private static void CheckEstimator(RequestRules rules, RunRegressionRequest request)
    {
        var spec = new KernelSpec(Enum.IsDefined(request.Kernel?.Function ?? default) ? (request.Kernel?.Function ?? default).ToKind() : default);
        switch (request.EstimatorCase)
        {
            case EstimatorCase.KernelRidge:
                rules.NotNegative("kernel_ridge.ridge", request.KernelRidge.Ridge);
                rules.Require(!request.Gradients, "gradients", "are not available for kernel ridge");
                rules.Require(
                    request.DataCase != DataCase.FeatureData || request.Kernel?.Function != KernelFunction.KullbackLeibler,
                    "kernel.function",
                    "must be symmetric for kernel ridge, the KL kernel is not");
                break;
            case EstimatorCase.LocalLinear:
                rules.Require(spec.IsTranslationInvariant, "kernel.function", $"must be translation-invariant for local linear fits, is {request.Kernel?.Function}");
                rules.Require(!request.Influence, "influence", "is available for Nadaraya-Watson and kernel ridge");
                break;
            case EstimatorCase.NearestNeighbours:
                CheckNeighbours(rules, request);
                break;
            default:
                rules.Require(!request.Gradients || spec.Kind == KernelKind.Rbf, "gradients", $"need the RBF kernel, the kernel is {request.Kernel?.Function}");
                rules.Require(
                    Enum.IsDefined(request.NadarayaWatson?.NegativeValues ?? default), "nadaraya_watson.negative_values", "is not a known choice");
                break;
        }

        if (request.Labels is not null && rules.Passed && (request.LeaveOneOut || request.Influence || request.StandardErrors || request.WildBootstrap is not null))
        {
            rules.Require(request.Labels.RowCount() > 1, "labels.rows", "must be 2 or more to leave one out, is 1");
        }

        if (request.WildBootstrap is { } bootstrap)
        {
            rules.InRange("wild_bootstrap.replicates", bootstrap.Replicates, 2, 100_000);
            rules.Between("wild_bootstrap.level", bootstrap.Level, 0, 1);
        }
    }

    private static void CheckNeighbours(RequestRules rules, RunRegressionRequest request)
    {
        var neighbours = request.NearestNeighbours;
        rules.Require(Enum.IsDefined(neighbours.Metric), "nearest_neighbours.metric", $"{(int)neighbours.Metric} is not a metric");
        rules.Require(Enum.IsDefined(neighbours.Weights), "nearest_neighbours.weights", $"{(int)neighbours.Weights} is not a weighting");
        if (request.Labels is not null && rules.Passed)
        {
            rules.InRange("nearest_neighbours.k", neighbours.K, 1, request.Labels.RowCount() - (request.LeaveOneOut ? 1 : 0));
        }

        var extra = request.Gradients || request.StandardErrors || request.Leverages || request.Influence || request.WildBootstrap is not null;
        rules.Require(!extra, "estimator", "nearest neighbours give predictions and leave-one-out only");
    }
}
