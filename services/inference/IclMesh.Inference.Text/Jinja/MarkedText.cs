using System.Buffers;

namespace IclMesh.Inference.Text.Jinja;

/// <summary>Text whose punctuation is replaced, unit by unit, by characters that stand for nothing (U+FDD0 to U+FDEF), and the way back.</summary>
/// <remarks>
/// Templates treat marks as the punctuation that they are, so trimming, cutting, joining and changing case carry them along. Which text was
/// marked can then be seen in what a template wrote.
/// </remarks>
internal static class MarkedText
{
    // Quotes and backslashes stay as they are: no special token holds them, and they are escaped where messages are written as JSON.
    private const string Punctuation = "!#$%&()*+,-./:;<=>?@[]^_`{|}~";
    private const char First = '\uFDD0';
    private const char Last = (char)(First + 31);

    private static readonly SearchValues<char> Marked = SearchValues.Create(Punctuation);

    /// <summary>True where a text has punctuation that marks show, as special tokens have.</summary>
    public static bool HasPunctuation(string text) => text.AsSpan().IndexOfAny(Marked) >= 0;

    /// <summary>The first mark of a text; -1 where it has none.</summary>
    public static int IndexOfMark(ReadOnlySpan<char> text) => text.IndexOfAnyInRange(First, Last);

    /// <summary>A text with its punctuation marked; as long as before.</summary>
    public static string Mark(string text) => !HasPunctuation(text)
        ? text
        : string.Create(text.Length, text, (units, source) =>
        {
            for (var i = 0; i < units.Length; i++)
            {
                units[i] = Punctuation.IndexOf(source[i], StringComparison.Ordinal) is >= 0 and var index ? (char)(First + index) : source[i];
            }
        });

    /// <summary>A text with its marks taken off; as long as before.</summary>
    public static string Plain(string text) => IndexOfMark(text) < 0
        ? text
        : string.Create(text.Length, text, (units, source) =>
        {
            for (var i = 0; i < units.Length; i++)
            {
                units[i] = source[i] - First is >= 0 and var index && index < Punctuation.Length ? Punctuation[index] : source[i];
            }
        });
}
