namespace IclMesh.Inference.Core.Prompting;

/// <summary>Where a piece of the prompt lies among the tokens.</summary>
/// <param name="Segment">The piece.</param>
/// <param name="Start">First token.</param>
/// <param name="Count">Number of tokens; a token belongs to the piece that holds its first character.</param>
/// <param name="Exact">The piece begins and ends on token borders.</param>
public sealed record SegmentSpan(PromptSegment Segment, int Start, int Count, bool Exact)
{
    /// <summary>One past the last token.</summary>
    public int End => Start + Count;
}
