using System.Buffers;
using System.Text;
using IclMesh.Inference.Text.Patterns;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Tokenization;

/// <summary>Finds added tokens in a text, leftmost first and the longest of those that begin at one place.</summary>
internal sealed class AddedTokenFinder
{
    private readonly Dictionary<string, AddedToken>.AlternateLookup<ReadOnlySpan<char>> tokens;
    private readonly SearchValues<char> firstUnits;
    private readonly int[] lengths;

    /// <param name="tokens">Spelling to token; no spelling is empty.</param>
    public AddedTokenFinder(Dictionary<string, AddedToken> tokens)
    {
        this.tokens = tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        firstUnits = SearchValues.Create([.. tokens.Keys.Select(text => text[0]).Distinct()]);
        lengths = [.. tokens.Keys.Select(text => text.Length).Distinct().OrderDescending()];
    }

    /// <summary>Covers a text with added tokens and what lies between them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isSpecialAllowed">Whether a special token may stand at a range of the text.</param>
    public IEnumerable<(int Start, int Length, AddedToken? Token)> Find(string text, Func<int, int, bool> isSpecialAllowed)
    {
        var covered = 0;
        var position = 0;
        while (position < text.Length && text.AsSpan(position).IndexOfAny(firstUnits) is >= 0 and var ahead)
        {
            position += ahead;
            if (LongestAt(text, position, isSpecialAllowed) is not { } added)
            {
                position++;
                continue;
            }

            int start = position, end = position + added.Length;
            position = end;
            var token = added.Token;
            if (token.SingleWord && !StandsAlone(text, start, end))
            {
                continue;
            }

            start = token.StripsLeft ? Math.Max(covered, LeftOfWhiteSpace(text, start)) : start;
            end = token.StripsRight ? RightOfWhiteSpace(text, end) : end;
            if (start > covered)
            {
                yield return (covered, start - covered, null);
            }

            yield return (start, end - start, token);
            covered = end;
            position = Math.Max(position, end);
        }

        if (covered < text.Length)
        {
            yield return (covered, text.Length - covered, null);
        }
    }

    private (AddedToken Token, int Length)? LongestAt(string text, int start, Func<int, int, bool> isSpecialAllowed)
    {
        foreach (var length in lengths)
        {
            if (start + length <= text.Length && tokens.TryGetValue(text.AsSpan(start, length), out var token)
                && (!token.Special || isSpecialAllowed(start, start + length)))
            {
                return (token, length);
            }
        }

        return null;
    }

    private static bool StandsAlone(string text, int start, int end) =>
        (start == 0 || Rune.DecodeLastFromUtf16(text.AsSpan(0, start), out var before, out _) != OperationStatus.Done || !IsWordCharacter(before))
        && (end == text.Length || Rune.DecodeFromUtf16(text.AsSpan(end), out var after, out _) != OperationStatus.Done || !IsWordCharacter(after));

    private static bool IsWordCharacter(Rune rune) => UnicodeProperties.RustWord.Contains(rune.Value);

    private static int LeftOfWhiteSpace(string text, int position)
    {
        while (position > 0 && char.IsWhiteSpace(text[position - 1]))
        {
            position--;
        }

        return position;
    }

    private static int RightOfWhiteSpace(string text, int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        return position;
    }
}
