using System.Globalization;
using System.Text;
using IclMesh.Inference.Text.Alignment;
using IclMesh.Inference.Text.Patterns;

namespace IclMesh.Inference.Text.Normalization;

/// <summary>The normalizers of tokenizer.json; each follows the tokenizers library of Hugging Face, alignment included.</summary>
internal static class Normalizers
{
    public static TextNormalizer Sequence(IReadOnlyList<TextNormalizer> steps) =>
        text => steps.Aggregate(text, (normalized, step) => step(normalized));

    public static TextNormalizer Prepend(string prefix) => text => Prepend(text, prefix);

    public static TextNormalizer Replace(TextPattern pattern, string content) =>
        text => text.Replace([.. pattern.Matches(text.Text).Where(match => match.IsMatch).Select(match => (match.Start, match.Length))], content);

    public static TextNormalizer Strip(bool left, bool right) => text =>
    {
        var runes = text.Text.EnumerateRunes().ToList();
        var leading = left ? runes.TakeWhile(Rune.IsWhiteSpace).Count() : 0;
        var trailing = right ? runes.Skip(leading).Reverse().TakeWhile(Rune.IsWhiteSpace).Count() : 0;
        return leading + trailing == 0
            ? text
            : text.Rewrite(runes[leading..^trailing].Select(rune => (rune, 0)), leading);
    };

    /// <summary>Lower case, character by character: no context, so a final sigma stays a plain one.</summary>
    public static AlignedText Lowercase(AlignedText text) => text.Text.Any(unit => unit is >= 'A' and <= 'Z' or > '\x7f')
        ? text.Rewrite(text.Text.EnumerateRunes().SelectMany(Lower))
        : text;

    /// <summary>Removes marks of every kind; the text must be decomposed first.</summary>
    public static AlignedText StripAccents(AlignedText text) => Filter(text, rune => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark));

    /// <summary>Puts a prefix before a text that is not empty and does not continue another one; prefix and first character both stand for the first character.</summary>
    public static AlignedText Prepend(AlignedText text, string prefix)
    {
        var runes = text.Text.EnumerateRunes().ToList();
        return runes.Count == 0 || text.Continues
            ? text
            : text.Rewrite(prefix.EnumerateRunes().Select((rune, i) => (rune, i == 0 ? 0 : 1))
                .Append((runes[0], 1))
                .Concat(runes.Skip(1).Select(rune => (rune, 0))));
    }

    /// <summary>Keeps the characters that pass a test.</summary>
    public static AlignedText Filter(AlignedText text, Func<Rune, bool> keep)
    {
        var kept = new List<(Rune Character, int Change)>();
        int skipped = 0, removed = 0;
        foreach (var rune in text.Text.EnumerateRunes())
        {
            if (!keep(rune))
            {
                removed++;
                continue;
            }

            RecordRemoved();
            kept.Add((rune, 0));
        }

        if (removed == 0 && skipped == 0 && kept.TrueForAll(character => character.Change == 0))
        {
            return text;
        }

        RecordRemoved();
        return text.Rewrite(kept, skipped);

        void RecordRemoved()
        {
            if (kept.Count == 0)
            {
                skipped = removed;
            }
            else
            {
                kept[^1] = (kept[^1].Character, -removed);
            }

            removed = 0;
        }
    }

    private static IEnumerable<(Rune Character, int Change)> Lower(Rune rune)
    {
        // U+0130 is the only character whose full lower case is longer than its simple one.
        if (rune.Value != 0x130)
        {
            yield return (Rune.ToLowerInvariant(rune), 0);
            yield break;
        }

        yield return (new('i'), 0);
        yield return (new('\u0307'), 1);
    }
}
