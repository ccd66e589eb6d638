using System.Text;

namespace IclMesh.Inference.Text.Patterns;

/// <summary>Something that is looked for in a text: a regular expression, a literal, or characters of a kind.</summary>
internal abstract class TextPattern
{
    /// <summary>Covers a text with matches and what lies between them; a match may be empty.</summary>
    public abstract IReadOnlyList<(int Start, int Length, bool IsMatch)> Matches(ReadOnlySpan<char> text);

    public static TextPattern Literal(string literal) => new LiteralPattern(literal);

    public static TextPattern Characters(Func<Rune, bool> test) => new CharacterPattern(test);

    /// <summary>Longest runs of characters of one kind.</summary>
    /// <param name="kind">The kind of a character; 0 for one that is no match.</param>
    public static TextPattern Runs(Func<Rune, int> kind) => new RunPattern(kind);

    /// <summary>A regular expression over whole characters, in the dialect of Oniguruma.</summary>
    /// <param name="expression">The expression.</param>
    /// <exception cref="ExpressionException">It is not valid, or uses what is not supported.</exception>
    public static TextPattern Expression(string expression) => new ExpressionPattern(expression);

    protected static void Add(List<(int Start, int Length, bool IsMatch)> matches, ref int covered, int start, int length)
    {
        if (start > covered)
        {
            matches.Add((covered, start - covered, false));
        }

        matches.Add((start, length, true));
        covered = start + length;
    }

    protected static void Finish(List<(int Start, int Length, bool IsMatch)> matches, int covered, int length)
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

    private sealed class RunPattern(Func<Rune, int> kind) : TextPattern
    {
        public override IReadOnlyList<(int Start, int Length, bool IsMatch)> Matches(ReadOnlySpan<char> text)
        {
            var matches = new List<(int, int, bool)>();
            int covered = 0, position = 0, start = 0, open = 0;
            foreach (var rune in text.EnumerateRunes())
            {
                var next = kind(rune);
                if (next != open)
                {
                    Close(position);
                    (open, start) = (next, position);
                }

                position += rune.Utf16SequenceLength;
            }

            Close(position);
            Finish(matches, covered, text.Length);
            return matches;

            void Close(int end)
            {
                if (open != 0)
                {
                    Add(matches, ref covered, start, end - start);
                }
            }
        }
    }
}
