using System.Diagnostics;
using System.Text.RegularExpressions;

namespace IclMesh.Inference.Text.Patterns;

/// <summary>Looks for a regular expression.</summary>
/// <remarks>
/// An expression of a tokenizer.json may backtrack for ever. One that takes too long is run again by the engine that never backtracks, which
/// finds the same matches, more slowly on ordinary texts; one that looks around cannot be run there and is an error on that text.
/// </remarks>
internal sealed class ExpressionPattern : TextPattern
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TextLimit = TimeSpan.FromSeconds(3);

    private readonly ExpressionAlphabet alphabet;
    private readonly Engine plain;
    private readonly Lazy<Engine> written;

    public ExpressionPattern(string expression)
    {
        var (pieces, needsBacktracking) = OnigurumaTranslator.Translate(expression);
        alphabet = new([.. pieces.Select(piece => piece.Set).OfType<CodePointSet>().Distinct()]);
        plain = new(Spell(ExpressionAlphabet.SpellPlain), needsBacktracking);
        written = new(() => new(Spell(alphabet.SpellWritten), needsBacktracking));

        string Spell(Func<CodePointSet, string> spell) => string.Concat(pieces.Select(piece => piece.Syntax ?? spell(piece.Set!)));
    }

    public override IReadOnlyList<(int Start, int Length, bool IsMatch)> Matches(ReadOnlySpan<char> text)
    {
        if (!ExpressionAlphabet.IsNeeded(text))
        {
            return plain.Find(text);
        }

        var starts = new List<int>(text.Length + 1);
        var standIn = alphabet.Write(text, starts);
        return [.. written.Value.Find(standIn).Select(match =>
            (starts[match.Start], starts[match.Start + match.Length] - starts[match.Start], match.IsMatch))];
    }

    private static List<(int Start, int Length, bool IsMatch)> Find(Regex expression, ReadOnlySpan<char> text)
    {
        var matches = new List<(int, int, bool)>();
        var covered = 0;
        var lastEnd = -1;
        var began = Stopwatch.GetTimestamp();
        try
        {
            foreach (var match in expression.EnumerateMatches(text))
            {
                // As in the reference, nothing is found again where the last match ended.
                if (match.Length > 0 || match.Index != lastEnd)
                {
                    Add(matches, ref covered, match.Index, match.Length);
                    lastEnd = match.Index + match.Length;
                }

                if (Stopwatch.GetElapsedTime(began) > TextLimit)
                {
                    throw TooLong(null);
                }
            }
        }
        catch (RegexMatchTimeoutException cause)
        {
            throw TooLong(cause);
        }

        Finish(matches, covered, text.Length);
        return matches;
    }

    private static MeshException TooLong(Exception? cause) => new(
        ErrorKind.ResourceExhausted,
        ErrorReasons.ProblemTooLarge,
        $"the tokenizer's expression needs more than {MatchLimit.TotalSeconds:0} s for a match or {TextLimit.TotalSeconds:0} s for the whole of this text",
        cause);

    /// <summary>One spelling of the expression on the engine that suits it.</summary>
    private sealed class Engine(string expression, bool needsBacktracking)
    {
        private Regex engine = new(expression, RegexOptions.Compiled | RegexOptions.CultureInvariant, MatchLimit);

        public List<(int Start, int Length, bool IsMatch)> Find(ReadOnlySpan<char> text)
        {
            try
            {
                return ExpressionPattern.Find(engine, text);
            }
            catch (MeshException) when (!needsBacktracking && !engine.Options.HasFlag(RegexOptions.NonBacktracking) && Linear() is { } linear)
            {
                engine = linear;
                return ExpressionPattern.Find(engine, text);
            }
        }

        private Regex? Linear()
        {
            try
            {
                return new(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchLimit);
            }
            catch (NotSupportedException)
            {
                // Counted repetitions of repetitions make too many states for it.
                return null;
            }
        }
    }
}
