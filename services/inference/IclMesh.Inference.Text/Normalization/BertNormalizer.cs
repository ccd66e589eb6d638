using System.Globalization;
using System.Text;
using IclMesh.Inference.Text.Alignment;

namespace IclMesh.Inference.Text.Normalization;

/// <summary>The clean-up of BERT's own tokenizer: control characters, blanks, Chinese characters, accents and case.</summary>
internal static class BertNormalizer
{
    public static TextNormalizer Create(bool cleanText, bool handleChineseCharacters, bool stripAccents, bool lowercase)
    {
        var steps = new List<TextNormalizer>();
        if (cleanText)
        {
            steps.Add(Clean);
        }

        if (handleChineseCharacters)
        {
            steps.Add(SeparateChinese);
        }

        if (stripAccents)
        {
            steps.Add(CanonicalForms.Decompose);
            steps.Add(text => Normalizers.Filter(text, rune => Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark));
        }

        if (lowercase)
        {
            steps.Add(Normalizers.Lowercase);
        }

        return Normalizers.Sequence(steps);
    }

    private static AlignedText Clean(AlignedText text)
    {
        var kept = Normalizers.Filter(text, rune => rune.Value is not (0 or 0xFFFD) && !IsControl(rune));
        return kept.Text.Any(unit => unit != ' ' && char.IsWhiteSpace(unit))
            ? kept.Rewrite(kept.Text.EnumerateRunes().Select(rune => (Rune.IsWhiteSpace(rune) ? new Rune(' ') : rune, 0)))
            : kept;
    }

    private static AlignedText SeparateChinese(AlignedText text) => text.Text.Any(unit => unit >= 0x3400)
        ? text.Rewrite(text.Text.EnumerateRunes().SelectMany(rune => IsChinese(rune.Value)
            ? new[] { (new Rune(' '), 0), (rune, 1), (new Rune(' '), 1) }
            : [(rune, 0)]))
        : text;

    private static bool IsControl(Rune rune) => rune.Value is not ('\t' or '\n' or '\r')
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;

    private static bool IsChinese(int character) => character
        is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
