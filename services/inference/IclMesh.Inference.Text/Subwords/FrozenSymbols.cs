using IclMesh.Inference.Text.SentencePiece;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Subwords;

/// <summary>Takes some texts as tokens before a byte-pair model sees what lies between them: SentencePiece's user-defined symbols.</summary>
/// <param name="symbols">Text to token id.</param>
/// <param name="model">The model for the rest.</param>
internal sealed class FrozenSymbols(Dictionary<string, int> symbols, ISubwordModel model) : ISubwordModel
{
    private readonly LiteralSet texts = new(symbols.Keys);

    public void Encode(ReadOnlySpan<char> piece, List<TokenSpan> tokens)
    {
        var open = 0;
        for (var position = 0; position < piece.Length;)
        {
            if (texts.LongestAt(piece, position) is not { } symbol)
            {
                position++;
                continue;
            }

            Rest(piece, open, position, tokens);
            tokens.Add(new(symbols[symbol], position, symbol.Length));
            open = position += symbol.Length;
        }

        Rest(piece, open, piece.Length, tokens);
    }

    private void Rest(ReadOnlySpan<char> piece, int start, int end, List<TokenSpan> tokens)
    {
        if (end <= start)
        {
            return;
        }

        var first = tokens.Count;
        model.Encode(piece[start..end], tokens);
        for (var i = first; i < tokens.Count; i++)
        {
            tokens[i] = tokens[i] with { Start = tokens[i].Start + start };
        }
    }
}
