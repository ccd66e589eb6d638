using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Chat;

/// <summary>A conversation as the model reads it. It is whole: no begin token belongs before it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Scope">Where special tokens are recognised: in what the template wrote, not in what messages say.</param>
public sealed record RenderedChat(string Text, SpecialTokenScope Scope);
