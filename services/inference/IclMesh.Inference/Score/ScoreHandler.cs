using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Messages;
using IclMesh.Inference.Telemetry;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.Score;

/// <summary>Scores every choice as the continuation of one shared context.</summary>
internal sealed class ScoreHandler(ModelLibrary library, InferenceTelemetry telemetry, TimeProvider time)
{
    private const string Operation = "text_completion";

    /// <summary>Handles one call.</summary>
    public async Task<ScoreResponse> HandleAsync(ScoreRequest request, CancellationToken cancellationToken)
    {
        ScoreRules.Check(request);
        using var span = telemetry.Start(Operation, request.Model);
        var start = time.GetTimestamp();
        using var lease = await library.LeaseAsync(request.Model, cancellationToken);
        var model = lease.Language;

        var outcome = await model.ScoreAsync(request.ToCall(), cancellationToken);

        var response = outcome.ToResponse(
            request, model.Source.Configuration, model.Source.Reference(model.Precision, model.Provider));
        telemetry.Record(
            span,
            Operation,
            request.Model,
            time.GetElapsedTime(start),
            response.Usage.PromptTokens,
            response.Usage.CompletionTokens,
            response.Usage.CachedTokens);
        span?.SetTag("gen_ai.request.choice.count", request.Choices.Count)
            .SetTag("iclmesh.demo.ids", outcome.Prompt.Spans.Select(s => s.Segment.DemonstrationId).Where(id => id.Length > 0).Distinct().ToArray())
            .SetTag("iclmesh.demo.dropped", outcome.Prompt.Dropped.ToArray());
        return response;
    }
}
