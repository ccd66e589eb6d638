using IclMesh.Inference.Text.Alignment;
using IclMesh.Inference.Text.Decoding;
using IclMesh.Inference.Text.Normalization;
using IclMesh.Inference.Text.Splitting;
using IclMesh.Inference.Text.Subwords;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Tokenization;

/// <summary>The pipeline of a tokenizer.json: added tokens, normalization, splitting, subwords, framing; and back by the decoder.</summary>
internal sealed class SubwordTokenizer : ITextTokenizer
{
    private readonly Vocabulary vocabulary;
    private readonly ISubwordModel model;
    private readonly TextNormalizer? normalize;
    private readonly TextSplitter? split;
    private readonly TokenDecoder decode;
    private readonly SequenceFrame frame;
    private readonly AddedTokenFinder plainTokens;
    private readonly AddedTokenFinder normalizedTokens;
    private readonly Dictionary<int, string> normalizedTexts = [];

    public SubwordTokenizer(TokenizerParts parts)
    {
        (vocabulary, model, normalize, split, decode, frame) =
            (parts.Vocabulary, parts.Model, parts.Normalize, parts.Split, parts.Decode, parts.Frame);
        BeginToken = parts.BeginToken;
        EndToken = parts.EndToken;
        SpecialTokens = [.. parts.AddedTokens.Where(token => token.Special).Select(token => token.Text)];
        plainTokens = Finder(parts.AddedTokens.Where(token => !token.Normalized), token => token.Text);
        foreach (var token in parts.AddedTokens.Where(token => token.Normalized))
        {
            normalizedTexts[token.Id] = Normalized(token.Text, 0, token.Text.Length).Text;
        }

        normalizedTokens = Finder(parts.AddedTokens.Where(token => token.Normalized), token => normalizedTexts[token.Id]);
    }

    public int VocabularySize => vocabulary.Size;

    public int? BeginToken { get; }

    public int? EndToken { get; }

    public IReadOnlyList<string> SpecialTokens { get; }

    public IReadOnlyList<TokenSpan> Encode(string text, bool addSpecialTokens = false, SpecialTokenScope? scope = null) =>
        Encode(text, addSpecialTokens, scope ?? SpecialTokenScope.Nowhere, continues: false);

    public IReadOnlyList<TokenSpan> EncodeContinuation(string text, SpecialTokenScope? scope = null) =>
        Encode(text, addSpecialTokens: false, scope ?? SpecialTokenScope.Nowhere, continues: true);

    private List<TokenSpan> Encode(string text, bool addSpecialTokens, SpecialTokenScope scope, bool continues)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<TokenSpan>();
        if (addSpecialTokens)
        {
            tokens.AddRange(frame.Before.Select(id => new TokenSpan(id, 0, 0)));
        }

        var first = tokens.Count;
        foreach (var (start, length, token) in plainTokens.Find(text, scope.Covers))
        {
            if (token is not null)
            {
                tokens.Add(new(token.Id, start, length));
            }
            else
            {
                EncodeSegment(Normalized(text, start, length, continues && start == 0), scope, tokens);
            }
        }

        if (frame.TrimsOffsets)
        {
            Trim(text, tokens, first, continues);
        }

        if (addSpecialTokens)
        {
            tokens.AddRange(frame.After.Select(id => new TokenSpan(id, text.Length, 0)));
        }

        return tokens;
    }

    public string Decode(ReadOnlySpan<int> ids)
    {
        var tokens = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            tokens.Add(normalizedTexts.GetValueOrDefault(id) ?? TokenText(id));
        }

        return string.Concat(decode(tokens));
    }

    public string TokenText(int id) => vocabulary.Text(id);

    public int? FindToken(string token) => vocabulary.Find(token);

    private static AddedTokenFinder Finder(IEnumerable<AddedToken> tokens, Func<AddedToken, string> spelling)
    {
        var bySpelling = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        foreach (var token in tokens)
        {
            if (spelling(token) is { Length: > 0 } spelled)
            {
                bySpelling[spelled] = token;
            }
        }

        return new(bySpelling);
    }

    private AlignedText Normalized(string text, int start, int length, bool continues = false)
    {
        var segment = AlignedText.Of(text, start, length, continues);
        return normalize is null ? segment : normalize(segment);
    }

    private void EncodeSegment(AlignedText segment, SpecialTokenScope scope, List<TokenSpan> tokens)
    {
        foreach (var (start, length, token) in normalizedTokens.Find(segment.Text, IsSpecialAllowed))
        {
            if (token is not null)
            {
                tokens.Add(Place(segment, token.Id, start, length));
                continue;
            }

            var part = SplitText.Whole(segment.Slice(start, length));
            EncodePieces(split is null ? part : split(part), tokens);
        }

        bool IsSpecialAllowed(int start, int end)
        {
            var (from, to) = segment.Origin(start, end);
            return scope.Covers(from, to);
        }
    }

    private void EncodePieces(SplitText pieces, List<TokenSpan> tokens)
    {
        var found = new List<TokenSpan>();
        foreach (var (start, length) in pieces.Pieces)
        {
            found.Clear();
            model.Encode(pieces.Text.Text.AsSpan(start, length), found);
            foreach (var token in found)
            {
                tokens.Add(Place(pieces.Text, token.Id, start + token.Start, token.Length));
            }
        }
    }

    private static TokenSpan Place(AlignedText text, int id, int start, int length)
    {
        var (from, to) = text.Origin(start, start + length);
        return new(id, from, to - from);
    }

    /// <summary>Leaves the blanks at the ends of a token's spelling out of its range, as the ByteLevel post-processor does.</summary>
    private void Trim(string text, List<TokenSpan> tokens, int first, bool continues)
    {
        for (var i = first; i < tokens.Count; i++)
        {
            var (id, start, length) = tokens[i];
            var spelling = vocabulary.Text(id);
            var leading = spelling.TakeWhile(IsBlank).Count();
            var trailing = spelling.Reverse().TakeWhile(IsBlank).Count();
            if (leading > 0 && frame.IgnoresPrefixSpace && !continues && (i == first || start == 0))
            {
                leading--;
            }

            var end = start + length;
            for (; leading > 0 && start < end; leading--)
            {
                start += char.IsHighSurrogate(text[start]) && start + 1 < end ? 2 : 1;
            }

            for (; trailing > 0 && end > start; trailing--)
            {
                end -= char.IsLowSurrogate(text[end - 1]) && end - 1 > start ? 2 : 1;
            }

            tokens[i] = new(id, start, end - start);
        }

        static bool IsBlank(char unit) => unit == ByteAlphabet.Spell((byte)' ') || char.IsWhiteSpace(unit);
    }
}
