using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Prompts;

/// <summary>A message of the chat form.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Content">What is said.</param>
/// <param name="Kind">Role of the piece in the prompt.</param>
/// <param name="DemonstrationId">Demonstration that it belongs to; empty for others.</param>
internal sealed record PromptMessage(string Role, string Content, SegmentKind Kind, string DemonstrationId);
