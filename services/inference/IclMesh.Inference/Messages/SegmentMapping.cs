using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Text.Tokens;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.Messages;

/// <summary>Between the pieces of a prompt on the wire and those of the core.</summary>
internal static class SegmentMapping
{
    /// <summary>A piece of the prompt.</summary>
    public static PromptSegment ToSegment(this Segment segment) => new(segment.Kind.ToCore(), segment.Text, segment.DemonstrationId)
    {
        Scope = SpecialTokenScope.Of(segment.RecognizeSpecialTokens)
            .Except(segment.LiteralParts.Select(part => (part.Utf16Start, part.Utf16Start + part.Utf16Length))),
    };

    /// <summary>Where a piece lies.</summary>
    public static PromptSpan ToSpan(SegmentSpan span) => new()
    {
        Kind = span.Segment.Kind.ToWire(),
        DemonstrationId = span.Segment.DemonstrationId,
        TokenStart = span.Start,
        TokenCount = span.Count,
#pragma warning disable CS0612 // Kept true for callers written when pieces could share a token.
        Exact = true,
#pragma warning restore CS0612
    };
}
