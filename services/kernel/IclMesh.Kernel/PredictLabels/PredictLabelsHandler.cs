using IclMesh.Kernel.Core.Estimators;
using IclMesh.Kernel.Core.Kernels;
using IclMesh.Kernel.V1;
using Microsoft.Extensions.Options;
using NadarayaWatson = IclMesh.Kernel.Core.Estimators.NadarayaWatson;

namespace IclMesh.Kernel.PredictLabels;

internal sealed class PredictLabelsHandler(IOptions<KernelOptions> options, WorkLimits limits)
{
    public PredictLabelsResponse Handle(PredictLabelsRequest request, CancellationToken cancellationToken)
    {
        PredictLabelsRules.Check(request);
        if (request.KernelCase == PredictLabelsRequest.KernelOneofCase.Precomputed)
        {
            var (queries, demonstrations) = ((double)request.Precomputed.Rows, (double)request.Precomputed.Columns);
            limits.Admit(queries * demonstrations * request.Labels.Columns, 8 * queries * (demonstrations + request.Labels.Columns));
            return Respond(NadarayaWatson.FromKernel(request.Precomputed.ToDense(), request.Labels.ToDense()), bandwidth: 0);
        }

        var kernel = request.FeatureKernel;
        var (rows, columns) = ((double)kernel.Queries.Rows, (double)kernel.Features.Rows);
        limits.Admit(
            rows * columns * (kernel.Features.Columns + request.Labels.Columns),
            4 * (columns + rows) * (kernel.Features.Columns + (4 * request.Labels.Columns)));
        var bandwidth = kernel.HasBandwidth ? kernel.Bandwidth : options.Value.DefaultBandwidth;
        var spec = KernelSpec.FromBandwidth(kernel.Function.ToKind(), bandwidth) with
        {
            Degree = kernel.HasDegree ? kernel.Degree : 3,
            Offset = kernel.HasOffset ? kernel.Offset : 1,
        };
        var result = NadarayaWatson.Predict(
            spec, kernel.Queries.ToSamples(), kernel.Features.ToSamples(), request.Labels.ToDense(), cancellationToken: cancellationToken);
        return Respond(result, spec.Kind is KernelKind.Cosine or KernelKind.Linear ? 0 : bandwidth);
    }

    private static PredictLabelsResponse Respond(SmootherResult result, double bandwidth)
    {
        var response = new PredictLabelsResponse { Predictions = result.Predictions.ToMatrix(), Bandwidth = bandwidth };
        response.EffectiveCounts.AddRange(result.EffectiveCounts);
        for (var q = 0; q < result.Fallbacks.Length; q++)
        {
            if (result.Fallbacks[q] != WeightFallback.None)
            {
                response.UnsupportedQueries.Add(q);
            }
        }

        return response;
    }
}
