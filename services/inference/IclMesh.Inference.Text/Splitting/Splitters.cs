using System.Globalization;
using System.Text;
using IclMesh.Inference.Text.Patterns;

namespace IclMesh.Inference.Text.Splitting;

/// <summary>The pre-tokenizers of tokenizer.json; each follows the tokenizers library of Hugging Face.</summary>
internal static class Splitters
{
    private const string Gpt2Expression = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public static TextSplitter Sequence(IReadOnlyList<TextSplitter> steps) => text => steps.Aggregate(text, (split, step) => step(split));

    public static TextSplitter Pattern(TextPattern pattern, SplitBehavior behavior, bool invert = false) => text =>
    {
        var pieces = new List<(int Start, int Length)>(text.Pieces.Count);
        foreach (var (start, length) in text.Pieces)
        {
            var matches = pattern.Matches(text.Text.Text.AsSpan(start, length));
            foreach (var piece in Arrange(matches, behavior, invert))
            {
                if (piece.Length > 0)
                {
                    pieces.Add((start + piece.Start, piece.Length));
                }
            }
        }

        return text with { Pieces = pieces };
    };

    public static TextSplitter Bert() => Sequence(
        [Pattern(TextPattern.Characters(Rune.IsWhiteSpace), SplitBehavior.Removed), Pattern(TextPattern.Characters(IsPunctuation), SplitBehavior.Isolated)]);

    public static TextSplitter Digits(bool individual) =>
        Pattern(TextPattern.Characters(Rune.IsNumber), individual ? SplitBehavior.Isolated : SplitBehavior.Contiguous);

    public static TextSplitter Punctuation(SplitBehavior behavior) => Pattern(TextPattern.Characters(IsPunctuation), behavior);

    public static TextSplitter WhiteSpace() => Pattern(TextPattern.Characters(Rune.IsWhiteSpace), SplitBehavior.Removed);

    /// <summary>Words and runs of what is neither word nor white space: <c>\w+|[^\w\s]+</c> of Rust, whose words hold marks, connectors and joiners.</summary>
    public static TextSplitter WordsAndSymbols() => Pattern(
        TextPattern.Runs(rune => UnicodeProperties.RustWord.Contains(rune.Value) ? 1 : Rune.IsWhiteSpace(rune) ? 0 : 2), SplitBehavior.Removed, invert: true);

    /// <summary>The expression that GPT-2 splits words by; byte-level tokenizers use it unless they bring their own.</summary>
    public static TextSplitter Gpt2Words() => Pattern(TextPattern.Expression(Gpt2Expression), SplitBehavior.Isolated);

    public static TextSplitter Delimiter(string delimiter) => Pattern(TextPattern.Literal(delimiter), SplitBehavior.Removed);

    /// <summary>Pieces of one script each; a blank belongs to what stands before it, and is dropped where nothing does, as in the reference.</summary>
    public static TextSplitter Scripts() => text =>
    {
        var pieces = new List<(int Start, int Length)>(text.Pieces.Count);
        foreach (var (start, count) in text.Pieces)
        {
            int open = start, position = start;
            string? last = null;
            foreach (var rune in text.Text.Text.AsSpan(start, count).EnumerateRunes())
            {
                if (UnicodeProperties.Script(rune.Value) is { } script && script != last)
                {
                    if (last is not null)
                    {
                        pieces.Add((open, position - open));
                    }

                    (last, open) = (script, position);
                }

                position += rune.Utf16SequenceLength;
            }

            if (last is not null)
            {
                pieces.Add((open, position - open));
            }
        }

        return text with { Pieces = pieces };
    };

    /// <summary>Pieces of a number of characters each; the last one may be shorter.</summary>
    public static TextSplitter FixedLength(int length) => text =>
    {
        var pieces = new List<(int Start, int Length)>(text.Pieces.Count);
        foreach (var (start, count) in text.Pieces)
        {
            int open = start, position = start, characters = 0;
            foreach (var rune in text.Text.Text.AsSpan(start, count).EnumerateRunes())
            {
                if (characters++ == length)
                {
                    pieces.Add((open, position - open));
                    (open, characters) = (position, 1);
                }

                position += rune.Utf16SequenceLength;
            }

            pieces.Add((open, position - open));
        }

        return text with { Pieces = pieces };
    };

    private static IEnumerable<(int Start, int Length)> Arrange(
        IReadOnlyList<(int Start, int Length, bool IsMatch)> matches, SplitBehavior behavior, bool invert)
    {
        (int Start, int Length)? open = null;
        var openIsMatch = false;
        foreach (var (start, length, found) in matches)
        {
            var isMatch = found != invert;
            if (behavior == SplitBehavior.Removed && isMatch)
            {
                continue;
            }

            var joins = open is not null && behavior switch
            {
                SplitBehavior.Contiguous => isMatch == openIsMatch,
                SplitBehavior.MergedWithPrevious => isMatch && !openIsMatch,
                SplitBehavior.MergedWithNext => !isMatch && openIsMatch,
                _ => false,
            };
            if (joins)
            {
                open = (open!.Value.Start, open.Value.Length + length);
            }
            else
            {
                if (open is { } piece)
                {
                    yield return piece;
                }

                open = (start, length);
            }

            openIsMatch = isMatch;
        }

        if (open is { } last)
        {
            yield return last;
        }
    }

    private static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? rune.Value is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~')
        : Rune.GetUnicodeCategory(rune) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;
}
