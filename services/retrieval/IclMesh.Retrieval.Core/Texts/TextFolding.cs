using System.Text;

namespace IclMesh.Retrieval.Core.Texts;

/// <summary>One form for all spellings of the same text.</summary>
/// <remarks>
/// Source: Unicode Standard, section 3.13, toNFKC_Casefold (compatibility forms become what they stand for, full case folding), left decomposed, because
/// the form is compared and never shown. Diacritics count: "café" is not "cafe". Format characters, such as joiners and soft hyphens, and variation
/// selectors go. .NET's own normalisation changes nothing where globalisation is invariant, as it is in this service.
/// </remarks>
internal static class TextFolding
{
    private const int SyllableBase = 0xAC00;
    private const int SyllableCount = 11172;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int Vowels = 21;
    private const int Tails = 28;

    // UAX #15, Stream-Safe Text Format: no script has more marks on one character.
    private const int MaxMarks = 30;

    /// <summary>Folds a text.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The characters of the folded text.</returns>
    public static List<Rune> Fold(string text)
    {
        var folded = new List<Rune>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii)
            {
                folded.Add(rune.Value is >= 'A' and <= 'Z' ? new(rune.Value | 0x20) : rune);
            }
            else if (!IsIgnored(rune))
            {
                Append(folded, rune.Value);
            }
        }

        return folded;
    }

    private static void Append(List<Rune> folded, int character)
    {
        if (character - SyllableBase is >= 0 and < SyllableCount and var syllable)
        {
            folded.Add(new(LeadBase + (syllable / (Vowels * Tails))));
            folded.Add(new(VowelBase + (syllable / Tails % Vowels)));
            if (syllable % Tails > 0)
            {
                folded.Add(new(TailBase + (syllable % Tails)));
            }

            return;
        }

        foreach (var part in FoldingTable.Of(character) ?? [character])
        {
            // Marks of different places stand in the order of their classes, whatever the order that they were typed in.
            var kind = FoldingTable.Class(part);
            var place = folded.Count;
            while (kind > 0 && place > 0 && folded.Count - place < MaxMarks && FoldingTable.Class(folded[place - 1].Value) > kind)
            {
                place--;
            }

            folded.Insert(place, new(part));
        }
    }

    private static bool IsIgnored(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format || rune.Value is >= 0xFE00 and <= 0xFE0F or 0x34F or >= 0xE0100 and <= 0xE01EF;
}
