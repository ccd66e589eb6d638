using IclMesh.Inference.Core.Prompting;

namespace IclMesh.Inference.Core.Scoring;

/// <summary>Continuations to score after one context.</summary>
public sealed record ScoreCall
{
    /// <summary>The context, piece by piece.</summary>
    public required IReadOnlyList<PromptSegment> Segments { get; init; }

    /// <summary>The continuations, leading blank included.</summary>
    public required IReadOnlyList<string> Choices { get; init; }

    /// <summary>Most prompt tokens; null for the model's context length.</summary>
    public int? Budget { get; init; }

    /// <summary>Ways to pool the attention of the last prompt position; none for no attention.</summary>
    public IReadOnlyList<AttentionPooling> Poolings { get; init; } = [];

    /// <summary>How scores of different lengths are compared.</summary>
    public ScoreNormalization Normalization { get; init; }

    /// <summary>For <see cref="ScoreNormalization.Unconditional"/>: the context that says nothing; empty for the begin or end token.</summary>
    public string UnconditionalContext { get; init; } = "";

    /// <summary>Scores the query given each choice rather than each choice given the query (S. Min et al., "Noisy channel", 2022).</summary>
    public bool Channel { get; init; }
}
