using System.Globalization;
using System.Text;

namespace IclMesh.Cli.CommandLine;

/// <summary>Text of others for a terminal: what would act there or hide is written out.</summary>
/// <remarks>
/// Texts, labels, names, file names and errors of servers come from outside. A terminal obeys control sequences in them (OSC 52 writes the clipboard), bidirectional controls
/// show a name other than it is, and characters without width hide differences (Unicode Technical Report 36).
/// </remarks>
internal static class Visible
{
    /// <summary>The text; control, format and separator characters and halves of pairs as <c>\u{1b}</c>.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="keepLines">Line feeds stay.</param>
    public static string Of(string text, bool keepLines = false)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (Acts(text[i]) || char.IsSurrogate(text[i]))
            {
                return Rewrite(text, keepLines);
            }
        }

        return text;
    }

    private static bool Acts(char character) => char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Rewrite(string text, bool keepLines)
    {
        var visible = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (Rune.TryGetRuneAt(text, i, out var rune))
            {
                i += rune.Utf16SequenceLength - 1;
                var shown = (keepLines && rune.Value == '\n') || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
                visible.Append(shown ? rune.ToString() : Escape(rune.Value));
            }
            else
            {
                visible.Append(Escape(text[i]));
            }
        }

        return visible.ToString();
    }

    private static string Escape(int value) => $"\\u{{{value:x}}}";
}
