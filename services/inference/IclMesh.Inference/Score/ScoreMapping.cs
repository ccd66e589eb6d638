using IclMesh.Inference.Core.Scoring;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.Messages;
using IclMesh.Inference.V1;
using IclMesh.Type.V1;

namespace IclMesh.Inference.Score;

/// <summary>Between the messages of <c>Score</c> and the core.</summary>
internal static class ScoreMapping
{
    /// <summary>Request to call.</summary>
    public static ScoreCall ToCall(this ScoreRequest request) => new()
    {
        Segments = [.. request.Segments.Select(SegmentMapping.ToSegment)],
        Choices = request.Choices,
        Budget = request.HasMaxPromptTokens ? request.MaxPromptTokens : null,
        Poolings = request.Attention is null ? [] : [.. request.Attention.Poolings.Select(pooling => pooling.ToCore())],
        Normalization = request.Normalization.ToCore(),
        Channel = request.Method == ScoreMethod.Channel,
        UnconditionalContext = request.UnconditionalContext,
    };

    /// <summary>Outcome to response.</summary>
    public static ScoreResponse ToResponse(
        this ScoreOutcome outcome, ScoreRequest request, ModelConfiguration configuration, ModelReference model)
    {
        var response = new ScoreResponse
        {
            ChoiceMass = outcome.ChoiceMass,
            Usage = new()
            {
                PromptTokens = outcome.Prompt.Tokens.Length,
                CachedTokens = outcome.CachedTokens,
                CompletionTokens = outcome.Choices.Sum(choice => choice.Tokens.Count),
            },
            Model = model,
            LogitsHash = outcome.Hash,
        };
        response.Choices.AddRange(outcome.Choices.Select((choice, index) =>
            ToScore(choice, outcome.Probabilities[index], request.TokenLogProbabilities)));
        response.Spans.AddRange(outcome.Prompt.Spans.Select(SegmentMapping.ToSpan));
        response.DroppedDemonstrationIds.AddRange(outcome.Prompt.Dropped);
        response.Timings.AddRange(outcome.Times.Timings("score"));
        for (var index = 0; index < outcome.Attention.Count; index++)
        {
            response.Attention.Add(new PooledAttention
            {
                Pooling = request.Attention.Poolings[index],
                Values = ToTensor(outcome.Attention[index], configuration),
            });
        }

        return response;
    }

    private static ChoiceScore ToScore(ScoredChoice choice, double probability, bool withTokens)
    {
        var score = new ChoiceScore
        {
            Choice = choice.Text,
            LogProbability = choice.LogProbability,
            Probability = probability,
            Greedy = choice.Greedy,
            TokenCount = choice.Tokens.Count,
            CharacterCount = choice.Characters,
            ByteCount = choice.Bytes,
        };
        if (choice.Unconditional is { } unconditional)
        {
            score.UnconditionalLogProbability = unconditional;
        }

        if (withTokens)
        {
            score.Tokens.AddRange(choice.Tokens.Select(token =>
                new TokenScore { Id = token.Id, LogProbability = token.LogProbability, Greedy = token.Greedy }));
        }

        return score;
    }

    private static Tensor ToTensor(float[] values, ModelConfiguration configuration)
    {
        var tensor = new Tensor { Values = values.ToLittleEndian() };
        tensor.Shape.AddRange([configuration.Layers, configuration.Heads, values.Length / (configuration.Layers * configuration.Heads)]);
        return tensor;
    }
}
