using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace IclMesh.Inference.Core.Tokenization;

/// <summary>Something that is looked for in a text: a regular expression, a literal, or characters of a kind.</summary>
internal abstract class TextPattern
{
    /// <summary>Covers a text with matches and what lies between them.</summary>
    public abstract IReadOnlyList<(int Start, int Length, bool IsMatch)> Matches(ReadOnlySpan<char> text);

    public static TextPattern Literal(string literal) => new LiteralPattern(literal);

    public static TextPattern Characters(Func<Rune, bool> test) => new CharacterPattern(test);

    /// <summary>A regular expression over whole characters.</summary>
    /// <param name="expression">Syntax common to .NET and Oniguruma.</param>
    /// <exception cref="ArgumentException">The expression is not valid, or uses what only one of the two knows.</exception>
    public static TextPattern Expression(string expression) =>
        new ExpressionPattern(new(expression, RegexOptions.Compiled | RegexOptions.CultureInvariant, ExpressionPattern.TimeLimit));

    public static TextPattern Expression(Regex expression) => new ExpressionPattern(expression);

    private static void Add(List<(int Start, int Length, bool IsMatch)> matches, ref int covered, int start, int length)
    {
        if (start > covered)
        {
            matches.Add((covered, start - covered, false));
        }

        matches.Add((start, length, true));
        covered = start + length;
    }

    private static void Finish(List<(int Start, int Length, bool IsMatch)> matches, int covered, int length)
    {
        if (covered < length)
        {
            matches.Add((covered, length - covered, false));
        }
    }

    private sealed class LiteralPattern(string literal) : TextPattern
    {
        public override IReadOnlyList<(int Start, int Length, bool IsMatch)> Matches(ReadOnlySpan<char> text)
        {
            var matches = new List<(int, int, bool)>();
            var covered = 0;
            while (literal.Length > 0 && text[covered..].IndexOf(literal, StringComparison.Ordinal) is >= 0 and var found)
            {
                Add(matches, ref covered, covered + found, literal.Length);
            }

            Finish(matches, covered, text.Length);
            return matches;
        }
    }

    private sealed class CharacterPattern(Func<Rune, bool> test) : TextPattern
    {
        public override IReadOnlyList<(int Start, int Length, bool IsMatch)> Matches(ReadOnlySpan<char> text)
        {
            var matches = new List<(int, int, bool)>();
            int covered = 0, position = 0;
            foreach (var rune in text.EnumerateRunes())
            {
                if (test(rune))
                {
                    Add(matches, ref covered, position, rune.Utf16SequenceLength);
                }

                position += rune.Utf16SequenceLength;
            }

            Finish(matches, covered, text.Length);
            return matches;
        }
    }

    /// <remarks>
    /// .NET matches UTF-16 units, the tokenizers that the expressions come from match characters. Where a text has surrogate pairs, a
    /// stand-in is matched in its place: one unit a character, each pair replaced by a rare unit of the same general category.
    /// </remarks>
    private sealed class ExpressionPattern(Regex expression) : TextPattern
    {
        // A hostile tokenizer.json can hold an expression that backtracks for ever.
        public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

        public override IReadOnlyList<(int Start, int Length, bool IsMatch)> Matches(ReadOnlySpan<char> text)
        {
            if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
            {
                return Find(text);
            }

            var standIn = new StringBuilder(text.Length);
            var starts = new List<int>(text.Length + 1);
            var position = 0;
            foreach (var rune in text.EnumerateRunes())
            {
                standIn.Append(rune.IsBmp ? (char)rune.Value : StandIn(Rune.GetUnicodeCategory(rune)));
                starts.Add(position);
                position += rune.Utf16SequenceLength;
            }

            starts.Add(position);
            return [.. Find(standIn.ToString()).Select(match =>
                (starts[match.Start], starts[match.Start + match.Length] - starts[match.Start], match.IsMatch))];
        }

        private List<(int Start, int Length, bool IsMatch)> Find(ReadOnlySpan<char> text)
        {
            var matches = new List<(int, int, bool)>();
            var covered = 0;
            try
            {
                foreach (var match in expression.EnumerateMatches(text))
                {
                    if (match.Length > 0)
                    {
                        Add(matches, ref covered, match.Index, match.Length);
                    }
                }
            }
            catch (RegexMatchTimeoutException cause)
            {
                throw new MeshException(
                    ErrorKind.ResourceExhausted, ErrorReasons.ProblemTooLarge, $"the tokenizer's expression needs more than {TimeLimit} on this text", cause);
            }

            Finish(matches, covered, text.Length);
            return matches;
        }

        private static char StandIn(UnicodeCategory category) => category switch
        {
            UnicodeCategory.UppercaseLetter => '\uA640',
            UnicodeCategory.LowercaseLetter => '\uA641',
            UnicodeCategory.TitlecaseLetter => '\u1F88',
            UnicodeCategory.ModifierLetter => '\uA717',
            UnicodeCategory.OtherLetter => '\uA016',
            UnicodeCategory.NonSpacingMark => '\uA66F',
            UnicodeCategory.SpacingCombiningMark => '\uA823',
            UnicodeCategory.EnclosingMark => '\uA670',
            UnicodeCategory.DecimalDigitNumber => '\uA620',
            UnicodeCategory.LetterNumber => '\uA6E6',
            UnicodeCategory.OtherNumber => '\uA830',
            UnicodeCategory.Format => '\u206A',
            UnicodeCategory.PrivateUse => '\uE000',
            UnicodeCategory.DashPunctuation => '\u2E3A',
            UnicodeCategory.OtherPunctuation => '\uA4FE',
            UnicodeCategory.MathSymbol => '\u2A0C',
            UnicodeCategory.CurrencySymbol => '\uA838',
            UnicodeCategory.ModifierSymbol => '\uA700',
            UnicodeCategory.OtherSymbol => '\uA490',
            _ => '\u0378',
        };
    }
}
