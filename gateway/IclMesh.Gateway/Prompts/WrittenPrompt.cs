using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Prompts;

/// <summary>A prompt as text.</summary>
/// <param name="Segments">Its pieces in order.</param>
/// <param name="Messages">Chat form: the messages, each over one or more of the pieces; empty for the completion form.</param>
internal sealed record WrittenPrompt(IReadOnlyList<Segment> Segments, IReadOnlyList<PromptMessage> Messages);
