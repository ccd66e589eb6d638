using System.Buffers;
using IclMesh.Inference.Text.Chat;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Jinja;

/// <summary>Finds out which parts of a rendered conversation its template wrote, and which its messages.</summary>
/// <remarks>
/// The conversation is rendered a second time with the punctuation of messages replaced, unit by unit, by characters that stand for nothing
/// (U+FDD0 to U+FDEF). Templates treat those as the punctuation that they are (<see cref="Plain"/>), so trimming, cutting, joining and
/// changing case carry them along, and a special token, which is spelled with punctuation, shows where it comes from.
/// </remarks>
internal static class UserText
{
    // Quotes and backslashes stay as they are: no special token holds them, and they are escaped where messages are written as JSON.
    private const string Punctuation = "!#$%&()*+,-./:;<=>?@[]^_`{|}~";
    private const char First = '\uFDD0';
    private const char Last = (char)(First + 31);

    private static readonly SearchValues<char> Marked = SearchValues.Create(Punctuation);

    /// <summary>A message whose text is marked; its role too, unless that is a plain word, which templates put into their own tokens.</summary>
    public static ChatMessage Mark(ChatMessage message) => new(IsWord(message.Role) ? message.Role : Mark(message.Role), Mark(message.Content));

    /// <summary>A text with its marks taken off; as long as before.</summary>
    public static string Plain(string text) => text.AsSpan().IndexOfAnyInRange(First, Last) < 0
        ? text
        : string.Create(text.Length, text, (units, source) =>
        {
            for (var i = 0; i < units.Length; i++)
            {
                units[i] = source[i] - First is >= 0 and var index && index < Punctuation.Length ? Punctuation[index] : source[i];
            }
        });

    /// <summary>Where a rendered text may hold special tokens; null where that cannot be found out.</summary>
    /// <param name="text">The text as it is.</param>
    /// <param name="renderMarked">Renders the same conversation with marked messages.</param>
    public static SpecialTokenScope? Scope(string text, Func<string> renderMarked)
    {
        string marked;
        try
        {
            marked = renderMarked();
        }
        catch (MeshException)
        {
            return null;
        }

        if (Plain(marked) != text)
        {
            return null;
        }

        var parts = new List<(int Start, int End)>();
        for (var start = 0; start < marked.Length;)
        {
            var length = marked.AsSpan(start).IndexOfAnyInRange(First, Last) is >= 0 and var found ? found : marked.Length - start;
            if (length > 0)
            {
                parts.Add((start, start + length));
            }

            start += length + 1;
        }

        return new(parts);
    }

    /// <summary>True where a text has punctuation that marks show, as special tokens have.</summary>
    public static bool IsMarked(string text) => text.AsSpan().IndexOfAny(Marked) >= 0;

    /// <summary>True where a message holds the spelling of a special token, whatever its case.</summary>
    public static bool HoldsOne(ChatMessage message, IReadOnlyList<string> specialTokens) => specialTokens.Any(token =>
        message.Content.Contains(token, StringComparison.OrdinalIgnoreCase) || (!IsWord(message.Role) && message.Role.Contains(token, StringComparison.OrdinalIgnoreCase)));

    private static string Mark(string text) => text.AsSpan().IndexOfAny(Marked) < 0
        ? text
        : string.Create(text.Length, text, (units, source) =>
        {
            for (var i = 0; i < units.Length; i++)
            {
                units[i] = Punctuation.IndexOf(source[i], StringComparison.Ordinal) is >= 0 and var index ? (char)(First + index) : source[i];
            }
        });

    private static bool IsWord(string role) => role.All(unit => char.IsAsciiLetterOrDigit(unit) || unit is '_' or '-');
}
