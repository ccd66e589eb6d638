namespace IclMesh.Inference.Core.Tokenization.Normalization;

/// <summary>Rewrites a text before it is split.</summary>
/// <param name="text">The text.</param>
internal delegate AlignedText Normalize(AlignedText text);
