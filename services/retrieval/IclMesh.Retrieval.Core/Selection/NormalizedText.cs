using System.Text;
using IclMesh.Retrieval.Core.Texts;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>What is left of a text when letter case, spacing, punctuation and the way that characters are encoded do not count.</summary>
public static class NormalizedText
{
    /// <summary>Letters, digits and marks of the folded text; the trimmed text itself where it has none.</summary>
    /// <param name="text">Any text.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var builder = new StringBuilder(text.Length);
        foreach (var rune in TextFolding.Fold(text))
        {
            if (TextWords.IsPart(rune))
            {
                builder.Append(rune);
            }
        }

        return builder.Length == 0 ? text.Trim() : builder.ToString();
    }
}
