using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Core.Prompting;

/// <summary>A piece of the prompt; the prompt is the sequence of all pieces, each tokenised for itself.</summary>
/// <param name="Kind">Its role.</param>
/// <param name="Text">The text.</param>
/// <param name="DemonstrationId">Demonstration that it belongs to, or empty.</param>
public sealed record PromptSegment(SegmentKind Kind, string Text, string DemonstrationId = "")
{
    /// <summary>Where special tokens written out in the text are recognised. Default nowhere: prompts are made of texts of users.</summary>
    public SpecialTokenScope Scope { get; init; } = SpecialTokenScope.Nowhere;
}
