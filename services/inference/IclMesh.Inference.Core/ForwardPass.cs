namespace IclMesh.Inference.Core;

/// <summary>One run of a decoder: S new tokens after <see cref="Past"/> tokens that are in the buffer already.</summary>
public sealed record ForwardPass
{
    /// <summary>Tokens by which a forest may exceed the context length: its branches share positions.</summary>
    public const int ForestSlack = 512;

    /// <summary>The new tokens, S of them.</summary>
    public required ReadOnlyMemory<int> Tokens { get; init; }

    /// <summary>Tokens before them.</summary>
    public required int Past { get; init; }

    /// <summary>
    /// Null for an ordinary sequence. Otherwise several continuations in one run, as a forest: for each new token the index of the new
    /// token before it, or -1 where it follows the past directly; a parent comes before its children. Needs a past.
    /// </summary>
    public IReadOnlyList<int>? Parents { get; init; }

    /// <summary>Rows (0 to S - 1) whose logits are returned.</summary>
    public IReadOnlyList<int> LogitRows { get; init; } = [];

    /// <summary>Rows whose residual stream is returned, at every layer.</summary>
    public IReadOnlyList<int> HiddenRows { get; init; } = [];

    /// <summary>Rows whose attention probabilities are returned, for all layers and heads.</summary>
    public IReadOnlyList<int> AttentionRows { get; init; } = [];

    /// <summary>Past and new tokens together.</summary>
    public int Total => Past + Tokens.Length;
}
