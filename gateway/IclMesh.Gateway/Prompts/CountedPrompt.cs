using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Prompts;

/// <summary>A prompt and what it costs.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Tokens">Tokens of the whole, special tokens and message overhead included.</param>
/// <param name="Pieces">Where each piece lies.</param>
/// <param name="Tokenizer">Who counted.</param>
internal sealed record CountedPrompt(WrittenPrompt Prompt, int Tokens, IReadOnlyList<PromptPiece> Pieces, ModelReference Tokenizer);
