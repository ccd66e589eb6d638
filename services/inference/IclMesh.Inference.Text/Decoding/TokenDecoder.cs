namespace IclMesh.Inference.Text.Decoding;

/// <summary>One step from token texts to text; the last step's texts are joined.</summary>
/// <param name="tokens">Texts of the tokens.</param>
internal delegate IReadOnlyList<string> TokenDecoder(IReadOnlyList<string> tokens);
