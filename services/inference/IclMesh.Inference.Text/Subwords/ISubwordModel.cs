using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Subwords;

/// <summary>Turns one piece of text into tokens. Thread-safe.</summary>
internal interface ISubwordModel
{
    /// <summary>Appends the tokens of a piece, with their ranges in it.</summary>
    /// <param name="piece">A piece of text, not empty.</param>
    /// <param name="tokens">Receives the tokens.</param>
    void Encode(ReadOnlySpan<char> piece, List<TokenSpan> tokens);
}
