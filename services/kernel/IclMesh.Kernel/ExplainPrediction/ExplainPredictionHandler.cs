using System.Diagnostics;
using System.Globalization;
using IclMesh.Kernel.Core.Explanation;
using IclMesh.Kernel.Core.Numerics;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.ExplainPrediction;

internal sealed class ExplainPredictionHandler(WorkLimits limits)
{
    public ExplainPredictionResponse Handle(ExplainPredictionRequest request)
    {
        ExplainPredictionRules.Check(request);
        double demonstrations = request.Labels.Count;
        double heads = request.Profile?.Heads.Count ?? (request.Attention is { } a ? (double)a.Shape[0] * a.Shape[1] : 1);
        limits.Admit(demonstrations * demonstrations * (heads + request.ModelProbabilities.Count), 8 * demonstrations * (heads + 3));

        var labels = DenseMatrix.OneHot([.. request.Labels], request.ModelProbabilities.Count);
        var predicted = Statistics.ArgMax([.. request.ModelProbabilities]);
        var response = new ExplainPredictionResponse
        {
            PredictedClass = predicted,
            Faithfulness = request.Profile?.Faithfulness,
            Weak = request.Profile?.Faithfulness is not { } measured || measured.Low <= measured.NullAgreement,
        };
        if (request.Attention is { } attention)
        {
            var view = PredictionExplainer.FromAttention(
                attention.Span(), attention.Shape[0], attention.Shape[1], labels, predicted, request.Profile?.ToProfile());
            response.Views.Add(view.ToView("attention"));
        }

        if (request.Similarities.Count > 0)
        {
            response.Views.Add(PredictionExplainer.FromKernel([.. request.Similarities], labels, predicted).ToView("similarity"));
        }

        Trace(response.Views[0], request);
        return response;
    }

    private static void Trace(KernelView view, ExplainPredictionRequest request)
    {
        if (Activity.Current is not { } span)
        {
            return;
        }

        span.SetTag(KernelTelemetry.Name, request.Profile?.Name is { Length: > 0 } name ? name : view.Name);
        span.SetTag(KernelTelemetry.Demonstrations, request.Labels.Count);
        span.SetTag(KernelTelemetry.EffectiveCount, view.EffectiveCount);
        span.SetTag(KernelTelemetry.Agreement, view.Agrees);
        span.SetTag(KernelTelemetry.Weights, view.Weights.Select(w => w.ToString("0.####", CultureInfo.InvariantCulture)).ToArray());
    }
}
