using IclMesh.Inference.Core.Prompting;

namespace IclMesh.Inference.Core.Scoring;

/// <summary>Answer to a <see cref="ScoreCall"/>.</summary>
public sealed record ScoreOutcome
{
    /// <summary>One for each choice, in the caller's order.</summary>
    public required IReadOnlyList<ScoredChoice> Choices { get; init; }

    /// <summary>Softmax over the normalised scores.</summary>
    public required IReadOnlyList<double> Probabilities { get; init; }

    /// <summary>Probability of the choices' distinct first tokens among the whole vocabulary.</summary>
    public required double ChoiceMass { get; init; }

    /// <summary>Tokens and spans of the prompt, and what was dropped.</summary>
    public required Prompt Prompt { get; init; }

    /// <summary>[layers, heads, demonstrations] for each pooling asked for.</summary>
    public required IReadOnlyList<float[]> Attention { get; init; }

    /// <summary>Context tokens that were not computed anew.</summary>
    public required int CachedTokens { get; init; }

    /// <summary>Digest of the scores.</summary>
    public required string Hash { get; init; }

    /// <summary>Time per stage.</summary>
    public required StageTimes Times { get; init; }
}
