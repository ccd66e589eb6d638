using IclMesh.Gateway.Legs;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Predict;

/// <summary>Asks the language model for the labels behind a prompt.</summary>
internal sealed class PromptScorer(InferenceService.InferenceServiceClient inference)
{
    /// <summary>Scores every label for the request's own input, attention included where it will be explained.</summary>
    public Task<ScoreResponse> ScoreAsync(
        PredictRequest request,
        PromptBuilder prompt,
        IReadOnlyList<PromptedDemonstration> demonstrations,
        ModelCapabilities record,
        LegRecorder legs,
        CancellationToken cancellationToken)
    {
        var score = ToScore(request.Model, prompt, demonstrations, request.Input);
        if (request.HasMaxPromptTokens)
        {
            score.MaxPromptTokens = request.MaxPromptTokens;
        }

        if (request.Explanation != ExplanationLevel.None && demonstrations.Count > 0 && record.Attention)
        {
            score.Attention = new() { Poolings = { ChoosePooling(request, record) } };
        }

        return legs.RunAsync(Leg.Score, () => inference.ScoreAsync(score, cancellationToken: cancellationToken), response => response.Timings, LegFields.Score);
    }

    /// <summary>Natural log-probability of every label behind a prompt, [C].</summary>
    /// <param name="model">Language model.</param>
    /// <param name="prompt">Writes the prompt.</param>
    /// <param name="demonstrations">In prompt order; known to fit.</param>
    /// <param name="input">Text of the query.</param>
    /// <param name="leg">Named by failures.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public async Task<ScoreResponse> ScoreAsync(
        string model,
        PromptBuilder prompt,
        IEnumerable<PromptedDemonstration> demonstrations,
        string input,
        string leg,
        CancellationToken cancellationToken)
    {
        using var call = inference.ScoreAsync(ToScore(model, prompt, demonstrations, input), cancellationToken: cancellationToken);
        return await Leg.NameFailures(leg, call.ResponseAsync, cancellationToken, leg == Leg.Calibrate ? LegFields.Calibrate : LegFields.Score);
    }

    private static ScoreRequest ToScore(string model, PromptBuilder prompt, IEnumerable<PromptedDemonstration> demonstrations, string input) =>
        new() { Model = model, Segments = { prompt.Build(demonstrations, input) }, Choices = { prompt.Choices() } };

    private static AttentionPooling ChoosePooling(PredictRequest request, ModelCapabilities record) =>
        request.AttentionPooling != AttentionPooling.Unspecified ? request.AttentionPooling
        : record.KernelHeads?.Pooling is { } pooling and not AttentionPooling.Unspecified ? pooling
        : AttentionPooling.Label;
}
