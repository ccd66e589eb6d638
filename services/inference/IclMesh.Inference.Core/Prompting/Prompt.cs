namespace IclMesh.Inference.Core.Prompting;

/// <summary>A tokenised prompt and the continuations to score after it.</summary>
public sealed record Prompt
{
    /// <summary>Tokens of the context.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>Tokens of each continuation.</summary>
    public required IReadOnlyList<int[]> Choices { get; init; }

    /// <summary>For channel scoring, the tokens of each continuation that are only read, not scored; empty elsewhere.</summary>
    public IReadOnlyList<int> Unscored { get; init; } = [];

    /// <summary>First scored token of a continuation.</summary>
    public int ScoredFrom(int choice) => Unscored.Count == 0 ? 0 : Unscored[choice];

    /// <summary>Where the pieces lie, dropped ones left out.</summary>
    public IReadOnlyList<SegmentSpan> Spans { get; init; } = [];

    /// <summary>Demonstrations that did not fit, in prompt order.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];
}
