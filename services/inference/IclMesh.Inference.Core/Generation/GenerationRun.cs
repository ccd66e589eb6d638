namespace IclMesh.Inference.Core.Generation;

/// <summary>A generation under way.</summary>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="Pieces">Generates and yields pieces.</param>
/// <param name="CachedTokens">Prompt tokens that were not computed anew; known once the first piece has come.</param>
public sealed record GenerationRun(int PromptTokens, IAsyncEnumerable<GeneratedPiece> Pieces, Func<int> CachedTokens);
