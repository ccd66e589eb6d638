using System.Diagnostics;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Predict;

/// <summary>What the span of a prediction says; docs/telemetry.md lists it.</summary>
internal static class PredictionSpan
{
    public static Activity? Start(GatewayTelemetry telemetry, PredictRequest request)
    {
        var span = telemetry.Source.StartActivity("invoke_workflow predict");
        span?.SetTag(GatewayTelemetry.Operation, "invoke_workflow");
        span?.SetTag(GatewayTelemetry.Provider, "iclmesh");
        span?.SetTag(GatewayTelemetry.RequestModel, request.Model);
        return span;
    }

    public static void Describe(Activity? span, PredictResponse answer)
    {
        if (span is null)
        {
            return;
        }

        span.SetTag(GatewayTelemetry.DemonstrationCount, answer.Demonstrations.Count);
        span.SetTag(GatewayTelemetry.DemonstrationIds, answer.Demonstrations.Select(d => d.Id).ToArray());
        span.SetTag(GatewayTelemetry.InputTokens, answer.Usage.PromptTokens);
        span.SetTag(GatewayTelemetry.CacheReadTokens, answer.Usage.CachedTokens);
        span.SetTag(GatewayTelemetry.CachedTokens, answer.Usage.CachedTokens);
        span.SetTag(GatewayTelemetry.Exact, answer.ExactSearch);
        span.SetTag(GatewayTelemetry.Flags, answer.Flags.Select(flag => flag.ToString()).ToArray());
        if (answer.Combined is { } combined)
        {
            span.SetTag(GatewayTelemetry.AnsweredBy, combined.AnsweredBy.ToString());
        }

        if (answer.KernelViews is [var view, ..])
        {
            span.SetTag(GatewayTelemetry.DemonstrationWeights, view.Weights.ToArray());
            span.SetTag(GatewayTelemetry.Agreement, view.Agrees);
            span.SetTag(GatewayTelemetry.EffectiveCount, view.EffectiveCount);
        }
    }
}
