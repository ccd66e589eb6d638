namespace IclMesh.Inference.Core.Prompting;

/// <summary>Where a piece of the prompt lies among the tokens.</summary>
/// <param name="Segment">The piece.</param>
/// <param name="Start">First token.</param>
/// <param name="Count">Number of tokens; blanks at the end of the last piece may have moved to the continuations.</param>
public sealed record SegmentSpan(PromptSegment Segment, int Start, int Count)
{
    /// <summary>One past the last token.</summary>
    public int End => Start + Count;
}
