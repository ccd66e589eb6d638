namespace IclMesh.Inference.Text.Splitting;

/// <summary>Splits the pieces of a text further.</summary>
/// <param name="text">The text and its pieces so far.</param>
internal delegate SplitText TextSplitter(SplitText text);
