using System.Text;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>The words of a text query.</summary>
internal static class QueryWords
{
    /// <summary>Most words that are searched for; the rest of a long text adds time but hardly a better match.</summary>
    public const int MaxWords = 64;

    /// <summary>The distinct words of a text in lower case, in order.</summary>
    /// <param name="text">Any text.</param>
    public static IReadOnlyList<string> Of(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                word.Append(Rune.ToLowerInvariant(rune));
            }
            else
            {
                Flush();
            }
        }

        Flush();
        return words;

        void Flush()
        {
            if (word.Length > 0 && words.Count < MaxWords && !words.Contains(word.ToString()))
            {
                words.Add(word.ToString());
            }

            word.Clear();
        }
    }
}
