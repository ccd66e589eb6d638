using IclMesh.Inference.Core.Prompting;

namespace IclMesh.Inference.Core.Capturing;

/// <summary>A capture under way: its prompt is known, its blocks are still to come.</summary>
/// <param name="Prompt">Tokens, spans, and what was dropped.</param>
/// <param name="Blocks">Runs the prompt and yields what is recorded.</param>
public sealed record Recording(Prompt Prompt, IAsyncEnumerable<CaptureBlock> Blocks);
