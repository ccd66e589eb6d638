using System.Diagnostics;
using IclMesh.Gateway.Legs;
using IclMesh.Gateway.Predict.Combining;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;
using IclMesh.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Predict;

/// <summary>Embeds, retrieves, writes the prompt, scores, calibrates, explains; where asked for, with the vote of the nearest demonstrations.</summary>
internal sealed partial class Predictor(
    DemonstrationSelector selector,
    NeighbourVoter voter,
    AnswerCombiner combiner,
    PromptScorer scorer,
    Calibrator calibrator,
    KernelService.KernelServiceClient kernel,
    ModelRecords models,
    GatewayTelemetry telemetry,
    IOptions<GatewayOptions> options,
    TimeProvider clock,
    ILogger<Predictor> logger)
{
    /// <summary>Answers one request.</summary>
    /// <param name="request">The request, complete: what its task gives is filled in.</param>
    /// <param name="profileIsStored">A head profile that does not fit costs the explanation; one that the caller gave fails the call.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <param name="given">Demonstrations to use instead of searching; the model then answers alone.</param>
    public async Task<PredictResponse> PredictAsync(
        PredictRequest request, bool profileIsStored, CancellationToken cancellationToken, SelectedDemonstrations? given = null)
    {
        using var span = PredictionSpan.Start(telemetry, request);
        var verbalizer = new Verbalizer(request.Labels);
        var legs = new LegRecorder(clock, cancellationToken);
        var answer = given is null
            ? await SearchAndAnswerAsync(request, profileIsStored, verbalizer, legs, cancellationToken)
            : await AskModelAsync(request, profileIsStored, verbalizer, given, legs, cancellationToken);

        answer.Task = request.Task;
        answer.Timings.AddRange(legs.Timings());
        answer.TraceId = Activity.Current?.TraceId.ToHexString() ?? "";
        telemetry.PredictionDuration.Record(
            legs.Elapsed.TotalSeconds, new(GatewayTelemetry.RequestModel, request.Model), new(GatewayTelemetry.Partial, answer.ExplanationError is not null));
        PredictionSpan.Describe(span, answer);
        return answer;
    }

    private async Task<PredictResponse> SearchAndAnswerAsync(
        PredictRequest request, bool profileIsStored, Verbalizer verbalizer, LegRecorder legs, CancellationToken cancellationToken)
    {
        var query = new DemonstrationQuery(request.Collection, request.Encoder, request.Input, request.Selection, verbalizer);
        var embedded = await selector.EmbedAsync(query, legs, cancellationToken);
        NeighbourVote? vote = null;
        if (request.Combination.Combines())
        {
            var neighbours = request.Combination.HasNeighbours ? request.Combination.Neighbours : CombinationRules.DefaultNeighbours;
            vote = await voter.VoteAsync(query, neighbours, embedded, legs, cancellationToken);
            if (request.Combination.Method == CombinationMethod.Cascade && vote.IsSure(request.Combination))
            {
                return AnswerCombiner.KernelAlone(vote, verbalizer);
            }
        }

        var selected = await selector.SelectAsync(query, embedded, legs, cancellationToken);
        var answer = await AskModelAsync(request, profileIsStored, verbalizer, selected, legs, cancellationToken);
        if (vote is not null)
        {
            answer.Combined = await combiner.CombineAsync(request.Combination, answer, vote, verbalizer, legs, cancellationToken);
        }

        return answer;
    }

    private async Task<PredictResponse> AskModelAsync(
        PredictRequest request, bool profileIsStored, Verbalizer verbalizer, SelectedDemonstrations selected, LegRecorder legs, CancellationToken cancellationToken)
    {
        var record = await models.GetAsync(request.Model, cancellationToken);
        var profile = ChosenProfile.Of(request, record, profileIsStored);
        var template = PromptBuilder.Choose(request.Template, record.PromptFormat);
        var prompt = new PromptBuilder(template, verbalizer);
        var scored = await scorer.ScoreAsync(request, prompt, selected.Demonstrations, record, legs, cancellationToken);
        models.Confirm(request.Model, scored.Model);

        var dropped = new HashSet<string>(scored.DroppedDemonstrationIds, StringComparer.Ordinal);
        var prompted = selected.Demonstrations.Where(d => !dropped.Contains(d.Hit.Demonstration.Id)).ToList();
        var calibration = await calibrator.CalibrateAsync(request, prompt, prompted, scored, legs, cancellationToken);
        var (explanation, explanationError) = await ExplainAsync(request, scored, prompted, profile, legs, cancellationToken);

        var answer = PredictMapping.ToResponse(request, verbalizer, selected, scored, prompted, explanation, explanationError, options.Value);
        answer.Calibration = calibration;
        answer.Template = template;
        return answer;
    }

    private async Task<(ExplainPredictionResponse? Explanation, Google.Rpc.Status? Error)> ExplainAsync(
        PredictRequest request,
        ScoreResponse scored,
        IReadOnlyList<PromptedDemonstration> prompted,
        ChosenProfile profile,
        LegRecorder legs,
        CancellationToken cancellationToken)
    {
        if (request.Explanation == ExplanationLevel.None || prompted.Count == 0)
        {
            return (null, null);
        }

        if (profile.Problem is { } problem)
        {
            LogUnexplained(problem.Message);
            return (null, StatusTranslator.ToStatus(problem));
        }

        var explain = new ExplainPredictionRequest
        {
            Labels = { prompted.Select(d => d.Label) },
            ModelProbabilities = { scored.Choices.Select(choice => choice.Probability) },
            Similarities = { prompted.Select(d => d.Hit.Similarity) },
            Attention = scored.Attention.FirstOrDefault()?.Values,
            Profile = profile.Profile,
        };
        try
        {
            var deadline = clock.GetUtcNow().UtcDateTime + options.Value.ExplanationTimeout;
            return (await legs.RunAsync(Leg.Explain, () => kernel.ExplainPredictionAsync(explain, deadline: deadline, cancellationToken: cancellationToken)), null);
        }
        catch (MeshException exception) when (exception.Reason == ErrorReasons.LegFailed)
        {
            // The label does not depend on its explanation: answer without it and say so.
            LogUnexplained(exception.Message);
            return (null, StatusTranslator.ToStatus(exception));
        }
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "Answered without explanation: {Reason}")]
    private partial void LogUnexplained(string reason);
}
