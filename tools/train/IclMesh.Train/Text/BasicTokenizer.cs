using System.Globalization;
using System.Text;

namespace IclMesh.Train.Text;

/// <summary>BERT's normalizer and pre-tokenizer: clean, lower case (accents stay), split at white space and around punctuation.</summary>
internal static class BasicTokenizer
{
    /// <summary>Splits a text into words and single punctuation marks.</summary>
    public static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (rune.Value is 0 or 0xFFFD || IsControl(rune, category))
                continue;
            var separate = IsPunctuation(rune, category) || IsChinese(rune.Value);
            if (separate || Rune.IsWhiteSpace(rune))
            {
                if (word.Length > 0)
                    yield return word.ToString();
                word.Clear();
                if (separate)
                    yield return rune.ToString();
                continue;
            }
            word.Append(Rune.ToLowerInvariant(rune));
        }
        if (word.Length > 0)
            yield return word.ToString();
    }

    private static bool IsControl(Rune rune, UnicodeCategory category) =>
        rune.Value is not ('\t' or '\n' or '\r')
        && category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static bool IsPunctuation(Rune rune, UnicodeCategory category) =>
        (rune.Value < 128 && rune.Value > 32 && !Rune.IsLetterOrDigit(rune))
        || category is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    private static bool IsChinese(int c) =>
        c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0x2F800 and <= 0x2FA1F);
}
