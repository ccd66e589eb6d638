using IclMesh.Inference.Text.Alignment;

namespace IclMesh.Inference.Text.Normalization;

/// <summary>Rewrites a text before it is split.</summary>
/// <param name="text">The text.</param>
internal delegate AlignedText TextNormalizer(AlignedText text);
