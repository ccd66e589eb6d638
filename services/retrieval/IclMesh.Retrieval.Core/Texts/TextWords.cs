using System.Globalization;
using System.Text;

namespace IclMesh.Retrieval.Core.Texts;

/// <summary>Cuts texts into the words of a full-text index; queries and every store's index by the same rule, so that they agree by construction.</summary>
/// <remarks>
/// A word is a run of letters, digits and marks of the folded text. Scripts that put no space between words (Chinese, Japanese, Thai, Lao, Khmer, Myanmar
/// and relatives) and Korean, whose particles cling to words, are indexed by single characters and by overlapping pairs of them, a character being a base
/// with its marks; a query asks for pairs, and for the single character where it has only one. A word longer than <see cref="MaxWordLength"/>
/// counts by its beginning.
/// </remarks>
internal static class TextWords
{
    /// <summary>Most characters of a word that count.</summary>
    public const int MaxWordLength = 128;

    /// <summary>Most words of a query that are searched for; the rest of a long text adds time but hardly a better match.</summary>
    public const int MaxQueryWords = 64;

    private const int MaxMarks = 30;

    /// <summary>The words of a text that is stored, in order, repeated ones too.</summary>
    /// <param name="text">Any text.</param>
    public static IEnumerable<string> OfStored(string text) => Cut(text, singles: true);

    /// <summary>The distinct words of a query, in order.</summary>
    /// <param name="text">Any text.</param>
    public static IReadOnlyList<string> OfQuery(string text) => [.. Cut(text, singles: false).Distinct(StringComparer.Ordinal).Take(MaxQueryWords)];

    /// <summary>True for what words are made of.</summary>
    /// <param name="rune">A character of a folded text.</param>
    public static bool IsPart(Rune rune) => Kind(rune) != Part.None;

    private static IEnumerable<string> Cut(string text, bool singles)
    {
        var word = new StringBuilder();
        var length = 0;
        var run = new List<string>();
        foreach (var rune in TextFolding.Fold(text))
        {
            var kind = Kind(rune);
            if (kind == Part.Mark && run.Count > 0)
            {
                run[^1] += run[^1].Length < MaxMarks ? rune.ToString() : "";
                continue;
            }

            if (kind == Part.Unspaced)
            {
                if (length > 0)
                {
                    yield return Take();
                }

                run.Add(rune.ToString());
                continue;
            }

            foreach (var gram in Grams(run, singles))
            {
                yield return gram;
            }

            run.Clear();
            if (kind != Part.None)
            {
                if (length++ < MaxWordLength)
                {
                    word.Append(rune);
                }
            }
            else if (length > 0)
            {
                yield return Take();
            }
        }

        foreach (var gram in Grams(run, singles))
        {
            yield return gram;
        }

        if (length > 0)
        {
            yield return Take();
        }

        string Take()
        {
            var taken = word.ToString();
            word.Clear();
            length = 0;
            return taken;
        }
    }

    private static IEnumerable<string> Grams(List<string> run, bool singles)
    {
        for (var i = 0; i < run.Count; i++)
        {
            if (singles || run.Count == 1)
            {
                yield return run[i];
            }

            if (i + 1 < run.Count)
            {
                yield return run[i] + run[i + 1];
            }
        }
    }

    private static Part Kind(Rune rune)
    {
        if (rune.IsAscii)
        {
            return char.IsAsciiLetterOrDigit((char)rune.Value) ? Part.Word : Part.None;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            // Vowels and final consonants of a Hangul syllable are letters by category and parts of their syllable by nature.
            _ when rune.Value is >= 0x1160 and <= 0x11FF or >= 0xD7B0 and <= 0xD7FF => Part.Mark,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => Part.Mark,
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
                or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber =>
                IsUnspaced(rune.Value) ? Part.Unspaced : Part.Word,
            _ => Part.None,
        };
    }

    private static bool IsUnspaced(int character) => character switch
    {
        >= 0x0E00 and <= 0x0EFF => true, // Thai, Lao
        >= 0x1000 and <= 0x109F => true, // Myanmar
        >= 0x1100 and <= 0x115F => true, // Hangul, leading consonants
        >= 0x1780 and <= 0x17FF => true, // Khmer
        >= 0x1950 and <= 0x19FF => true, // Tai Le, New Tai Lue, Khmer symbols
        >= 0x1A20 and <= 0x1AAF => true, // Tai Tham
        >= 0x2E80 and <= 0x2FDF => true, // radicals
        >= 0x3005 and <= 0x31FF => true, // iteration marks, Hiragana, Katakana, Bopomofo
        >= 0x3400 and <= 0x9FFF => true, // Han
        >= 0xA960 and <= 0xA97F => true, // Hangul, old leading consonants
        >= 0xA9E0 and <= 0xA9FF => true, // Myanmar, extended
        >= 0xAA60 and <= 0xAADF => true, // Myanmar, extended; Tai Viet
        >= 0xF900 and <= 0xFAFF => true, // Han, compatibility
        >= 0x1AFF0 and <= 0x1B16F => true, // Kana, extended
        >= 0x20000 and <= 0x3FFFF => true, // Han, extensions
        _ => false,
    };

    private enum Part
    {
        None,
        Mark,
        Word,
        Unspaced,
    }
}
