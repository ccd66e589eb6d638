using System.Diagnostics;
using IclMesh.Gateway.Legs;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;
using IclMesh.Retrieval.V1;
using IclMesh.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Predict;

/// <summary>Embeds, retrieves, writes the prompt, scores, explains.</summary>
internal sealed partial class PredictHandler(
    InferenceService.InferenceServiceClient inference,
    RetrievalService.RetrievalServiceClient retrieval,
    KernelService.KernelServiceClient kernel,
    ModelRecords models,
    GatewayTelemetry telemetry,
    IOptions<GatewayOptions> options,
    TimeProvider clock,
    ILogger<PredictHandler> logger)
{
    public async Task<PredictResponse> HandleAsync(PredictRequest request, CancellationToken cancellationToken)
    {
        PredictRules.Check(request, options.Value);
        using var span = telemetry.Source.StartActivity("invoke_workflow predict");
        span?.SetTag(GatewayTelemetry.Operation, "invoke_workflow");
        span?.SetTag(GatewayTelemetry.Provider, "iclmesh");
        span?.SetTag(GatewayTelemetry.RequestModel, request.Model);

        var verbalizer = new Verbalizer(request.Labels);
        var legs = new LegRecorder(clock, cancellationToken);
        var record = await models.GetAsync(request.Model, cancellationToken);
        var embedded = await legs.RunAsync(
            Leg.Embed,
            inference.EmbedAsync(new() { Model = request.Encoder, Texts = { request.Input } }, cancellationToken: cancellationToken),
            response => response.Timings);
        var found = await SearchAsync(request, embedded, legs, cancellationToken);
        var chosen = found.Hits.Select(hit => (hit.Demonstration, Label: verbalizer.Class(hit.Demonstration.Label, request.Collection))).ToList();

        var template = PromptBuilder.Choose(request.Template, record.PromptFormat);
        var scored = await ScoreAsync(request, new PromptBuilder(template, verbalizer), chosen, record, legs, cancellationToken);
        models.Confirm(request.Model, scored.Model);

        var kept = new HashSet<string>(chosen.Select(c => c.Demonstration.Id), StringComparer.Ordinal);
        kept.ExceptWith(scored.DroppedDemonstrationIds);
        var prompted = found.Hits.Zip(chosen, (hit, c) => new PromptedDemonstration(hit, c.Label)).Where(d => kept.Contains(d.Hit.Demonstration.Id)).ToList();
        var (explanation, explanationError) = await ExplainAsync(request, scored, prompted, record, legs, cancellationToken);

        var answer = PredictMapping.ToResponse(request, verbalizer, embedded, found, scored, prompted, explanation, explanationError, options.Value);
        answer.Template = template;
        answer.Timings.AddRange(legs.Timings());
        answer.TraceId = Activity.Current?.TraceId.ToHexString() ?? "";
        telemetry.PredictionDuration.Record(
            legs.Elapsed.TotalSeconds, new(GatewayTelemetry.RequestModel, request.Model), new(GatewayTelemetry.Partial, explanationError is not null));
        Describe(span, answer);
        return answer;
    }

    private async Task<SearchResponse> SearchAsync(
        PredictRequest request, EmbedResponse embedded, LegRecorder legs, CancellationToken cancellationToken)
    {
        var selection = request.Selection ?? new();
        var k = selection.HasK ? selection.K : options.Value.DefaultK;
        var search = new SearchRequest
        {
            Collection = request.Collection,
            Text = request.Input,
            Vector = embedded.Embeddings.Values,
            EmbeddingModel = embedded.Model.Name,
            EmbeddingModelVersion = embedded.Model.Version,
            K = k,
            Strategy = selection.Strategy,
            Seed = selection.Seed,
            Order = selection.Order,
            LeakGuard = selection.LeakGuard,
        };
        var found = await legs.RunAsync(Leg.Search, retrieval.SearchAsync(search, cancellationToken: cancellationToken));
        if (found.Hits.Count + found.Rejections.Count < k)
        {
            var available = found.Hits.Count + found.Rejections.Count;
            throw MeshException.Invalid("selection.k", $"must be at most the {available} demonstrations of collection '{request.Collection}', is {k}");
        }

        return found;
    }

    private Task<ScoreResponse> ScoreAsync(
        PredictRequest request,
        PromptBuilder prompt,
        IReadOnlyList<(Demonstration Demonstration, int Label)> chosen,
        ModelCapabilities record,
        LegRecorder legs,
        CancellationToken cancellationToken)
    {
        var score = new ScoreRequest { Model = request.Model, Segments = { prompt.Build(chosen, request.Input) }, Choices = { prompt.Choices() } };
        if (request.HasMaxPromptTokens)
        {
            score.MaxPromptTokens = request.MaxPromptTokens;
        }

        if (request.Explanation != ExplanationLevel.None && chosen.Count > 0 && record.Attention)
        {
            score.Attention = new() { Poolings = { ChoosePooling(request, record) } };
        }

        return legs.RunAsync(Leg.Score, inference.ScoreAsync(score, cancellationToken: cancellationToken), response => response.Timings);
    }

    private async Task<(ExplainPredictionResponse? Explanation, Google.Rpc.Status? Error)> ExplainAsync(
        PredictRequest request,
        ScoreResponse scored,
        IReadOnlyList<PromptedDemonstration> prompted,
        ModelCapabilities record,
        LegRecorder legs,
        CancellationToken cancellationToken)
    {
        if (request.Explanation == ExplanationLevel.None || prompted.Count == 0)
        {
            return (null, null);
        }

        var explain = new ExplainPredictionRequest
        {
            Labels = { prompted.Select(d => d.Label) },
            ModelProbabilities = { scored.Choices.Select(choice => choice.Probability) },
            Similarities = { prompted.Select(d => d.Hit.Similarity) },
            Attention = scored.Attention.FirstOrDefault()?.Values,
            Profile = request.HeadProfile ?? PredictMapping.ToProfile(record),
        };
        try
        {
            var deadline = clock.GetUtcNow().UtcDateTime + options.Value.ExplanationTimeout;
            return (await legs.RunAsync(Leg.Explain, kernel.ExplainPredictionAsync(explain, deadline: deadline, cancellationToken: cancellationToken)), null);
        }
        catch (MeshException exception) when (exception.Reason == ErrorReasons.LegFailed)
        {
            // The label does not depend on its explanation: answer without it and say so.
            LogUnexplained(exception.Message);
            return (null, StatusTranslator.ToStatus(exception));
        }
    }

    private static AttentionPooling ChoosePooling(PredictRequest request, ModelCapabilities record) =>
        request.AttentionPooling != AttentionPooling.Unspecified ? request.AttentionPooling
        : record.KernelHeads?.Pooling is { } pooling and not AttentionPooling.Unspecified ? pooling
        : AttentionPooling.Label;

    private static void Describe(Activity? span, PredictResponse answer)
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
        if (answer.KernelViews is [var view, ..])
        {
            span.SetTag(GatewayTelemetry.DemonstrationWeights, view.Weights.ToArray());
            span.SetTag(GatewayTelemetry.Agreement, view.Agrees);
            span.SetTag(GatewayTelemetry.EffectiveCount, view.EffectiveCount);
        }
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "Answered without explanation: {Reason}")]
    private partial void LogUnexplained(string reason);
}
