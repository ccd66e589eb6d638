using System.Text;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>What is left of a text when letter case, spacing and punctuation do not count.</summary>
public static class NormalizedText
{
    /// <summary>Letters and digits in lower case; the trimmed text itself where it has none.</summary>
    /// <param name="text">Any text.</param>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                builder.Append(Rune.ToLowerInvariant(rune));
            }
        }

        return builder.Length == 0 ? text.Trim() : builder.ToString();
    }
}
