namespace IclMesh.Inference.Text.Tokens;

/// <summary>What is done to the tokens of a whole text at the end.</summary>
/// <param name="Before">Ids put before them when special tokens are asked for.</param>
/// <param name="After">Ids put behind them when special tokens are asked for.</param>
internal sealed record SequenceFrame(IReadOnlyList<int> Before, IReadOnlyList<int> After)
{
    /// <summary>Nothing is added.</summary>
    public static readonly SequenceFrame None = new([], []);

    /// <summary>White space at the ends of a token is left out of its range.</summary>
    public bool TrimsOffsets { get; init; }

    /// <summary>With <see cref="TrimsOffsets"/>: the blank that was put before the text is not counted.</summary>
    public bool IgnoresPrefixSpace { get; init; }

    /// <summary>This frame with another around it.</summary>
    public SequenceFrame Then(SequenceFrame outer) => new([.. outer.Before, .. Before], [.. After, .. outer.After])
    {
        TrimsOffsets = TrimsOffsets || outer.TrimsOffsets,
        IgnoresPrefixSpace = TrimsOffsets ? IgnoresPrefixSpace : outer.IgnoresPrefixSpace,
    };
}
