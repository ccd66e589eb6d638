using IclMesh.Kernel.Core.Estimators;
using IclMesh.Kernel.V1;
using DataCase = IclMesh.Kernel.V1.RunRegressionRequest.DataOneofCase;
using EstimatorCase = IclMesh.Kernel.V1.RunRegressionRequest.EstimatorOneofCase;

namespace IclMesh.Kernel.RunRegression;

internal static class RunRegressionMapping
{
    public static RegressionProblem ToProblem(this RunRegressionRequest request, double defaultBandwidth)
    {
        var kind = request.EstimatorCase switch
        {
            EstimatorCase.LocalLinear => EstimatorKind.LocalLinear,
            EstimatorCase.KernelRidge => EstimatorKind.KernelRidge,
            EstimatorCase.NearestNeighbours => EstimatorKind.NearestNeighbours,
            _ => EstimatorKind.NadarayaWatson,
        };
        var isFeatures = request.DataCase == DataCase.FeatureData;
        return new(kind, request.Labels.ToDense())
        {
            Features = isFeatures ? request.FeatureData.Features.ToDense() : null,
            Queries = isFeatures ? request.FeatureData.Queries.ToDense() : null,
            KernelAmong = isFeatures ? null : request.PrecomputedData.Demonstrations?.ToDense(),
            KernelTo = isFeatures ? null : request.PrecomputedData.Queries.ToDense(),
            Kernel = request.Kernel.ToSpec(defaultBandwidth),
            IsSingle = isFeatures && request.FeatureData.Features.IsSingle(),
            Negative = request.NadarayaWatson?.NegativeValues == NegativeValues.Keep ? NegativeKernel.Keep : NegativeKernel.Clip,
            Ridge = request.KernelRidge?.Ridge ?? 0,
            Neighbours = request.NearestNeighbours?.K ?? 1,
            Metric = request.NearestNeighbours?.Metric switch
            {
                V1.NeighbourMetric.Cosine => Core.Estimators.NeighbourMetric.Cosine,
                V1.NeighbourMetric.KullbackLeibler => Core.Estimators.NeighbourMetric.KullbackLeibler,
                _ => Core.Estimators.NeighbourMetric.Euclidean,
            },
            Weighting = request.NearestNeighbours?.Weights switch
            {
                V1.NeighbourWeights.Distance => Core.Estimators.NeighbourWeights.Distance,
                V1.NeighbourWeights.Kernel => Core.Estimators.NeighbourWeights.Kernel,
                _ => Core.Estimators.NeighbourWeights.Uniform,
            },
        };
    }

    public static RegressionOutputs ToOutputs(this RunRegressionRequest request) => new(
        request.Gradients,
        request.StandardErrors,
        request.Leverages,
        request.LeaveOneOut,
        request.Influence,
        request.WildBootstrap?.Replicates ?? 0,
        request.WildBootstrap?.Level ?? 0.95,
        request.WildBootstrap?.Seed ?? 0);

    public static RunRegressionResponse ToResponse(this RegressionResult result)
    {
        var response = new RunRegressionResponse
        {
            Predictions = result.Predictions.ToDoubles(),
            Gradients = result.Gradients?.ToDoubles(),
            StandardErrors = result.StandardErrors?.ToDoubles(),
            Lower = result.Lower?.ToDoubles(),
            Upper = result.Upper?.ToDoubles(),
            LeaveOneOut = result.LeaveOneOut?.ToDoubles(),
            Influence = result.Influence?.ToDoubles(),
            ConditionNumber = result.ConditionNumber,
            Jitter = result.Jitter,
        };
        response.Leverages.AddRange(result.Leverages ?? []);
        if (result.Smoother is { } smoother)
        {
            response.EffectiveCounts.AddRange(smoother.EffectiveCounts);
            response.LogMasses.AddRange(smoother.LogMasses);
            response.UnsupportedQueries.AddRange(
                Enumerable.Range(0, smoother.Fallbacks.Length).Where(q => smoother.Fallbacks[q] != WeightFallback.None));
        }

        return response;
    }
}
