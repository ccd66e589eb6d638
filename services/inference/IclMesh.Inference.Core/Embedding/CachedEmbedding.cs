namespace IclMesh.Inference.Core.Embedding;

/// <summary>A remembered embedding.</summary>
/// <param name="Vector">The embedding.</param>
/// <param name="TokenCount">Tokens of the text before it was cut.</param>
internal sealed record CachedEmbedding(float[] Vector, int TokenCount);
