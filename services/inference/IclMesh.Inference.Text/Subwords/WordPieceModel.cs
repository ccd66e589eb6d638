using System.Text;
using IclMesh.Inference.Text.Tokens;
using Microsoft.ML.Tokenizers;

namespace IclMesh.Inference.Text.Subwords;

/// <summary>WordPiece: the longest vocabulary entry first, and a word with any part unknown is unknown as a whole.</summary>
/// <remarks>The matching is that of Microsoft.ML.Tokenizers; splitting, normalization and offsets are done outside of it.</remarks>
internal sealed class WordPieceModel : ISubwordModel
{
    private readonly WordPieceTokenizer matcher;
    private readonly int unknownToken;
    private readonly int maximumCharacters;

    /// <param name="vocabulary">Token text to id.</param>
    /// <param name="unknownToken">Text of the token for unknown words; a vocabulary entry.</param>
    /// <param name="continuation">Prefix of entries that continue a word.</param>
    /// <param name="maximumCharacters">Longer words are unknown.</param>
    public WordPieceModel(Dictionary<string, int> vocabulary, string unknownToken, string continuation, int maximumCharacters)
    {
        this.unknownToken = vocabulary[unknownToken];
        this.maximumCharacters = maximumCharacters;

        // The library counts UTF-16 units, the reference characters: at most twice as many units.
        matcher = WordPieceTokenizer.Create(List(vocabulary), new WordPieceOptions
        {
            UnknownToken = unknownToken,
            ContinuingSubwordPrefix = continuation,
            MaxInputCharsPerWord = 2 * maximumCharacters,
        });
    }

    public void Encode(ReadOnlySpan<char> piece, List<TokenSpan> tokens)
    {
        if (piece.Length > 2 * maximumCharacters || (piece.Length > maximumCharacters && Characters(piece) > maximumCharacters))
        {
            tokens.Add(new(unknownToken, 0, piece.Length));
            return;
        }

        foreach (var token in matcher.EncodeToTokens(piece, out _, considerPreTokenization: false, considerNormalization: false))
        {
            tokens.Add(new(token.Id, token.Offset.Start.Value, token.Offset.End.Value - token.Offset.Start.Value));
        }
    }

    private static int Characters(ReadOnlySpan<char> piece)
    {
        var count = 0;
        foreach (var _ in piece.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    /// <summary>The library reads one entry a line and numbers the lines; unused ids are empty lines.</summary>
    private static MemoryStream List(Dictionary<string, int> vocabulary)
    {
        var lines = new string[vocabulary.Values.Max() + 1];
        foreach (var (token, id) in vocabulary)
        {
            // Words never hold line breaks, so such an entry cannot match.
            lines[id] = token.AsSpan().IndexOfAny('\r', '\n') < 0 ? token : "";
        }

        return new(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
    }
}
