namespace IclMesh.Inference.Core.Tokenization.Splitting;

/// <summary>Splits the pieces of a text further.</summary>
/// <param name="text">The text and its pieces so far.</param>
internal delegate SplitText Split(SplitText text);
