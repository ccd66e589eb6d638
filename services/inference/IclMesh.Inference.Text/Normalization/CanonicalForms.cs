using System.Text;
using IclMesh.Inference.Text.Alignment;

namespace IclMesh.Inference.Text.Normalization;

/// <summary>Unicode's canonical decomposition (NFD) and composition (NFC), with alignment.</summary>
/// <remarks>
/// Source: Unicode Standard Annex #15. The runtime's own normalization gives no alignment, and none at all in the invariant
/// globalization mode that these services are built for.
/// </remarks>
internal static class CanonicalForms
{
    // Below U+0300 nothing composes and every composed character stays as it is.
    private const char FirstOfInterest = '\u0300';

    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;

    public static AlignedText Decompose(AlignedText text) =>
        text.Text.All(char.IsAscii) ? text : text.Rewrite(Decomposed(text.Text));

    public static AlignedText Compose(AlignedText text) =>
        text.Text.All(unit => unit < FirstOfInterest) ? text : text.Rewrite(Composed(Decomposed(text.Text)));

    private static List<(Rune Character, int Change)> Decomposed(string text)
    {
        var output = new List<(Rune Character, int Change)>(text.Length);
        var unordered = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var change = 0;
            foreach (var part in Parts(rune.Value))
            {
                if (UnicodeTables.CombiningClass(part) == 0)
                {
                    Order(output, unordered);
                    unordered = output.Count + 1;
                }

                output.Add((new(part), change));
                change = 1;
            }
        }

        Order(output, unordered);
        return output;
    }

    /// <summary>Sorts the marks behind a starter by combining class; equal classes keep their order.</summary>
    private static void Order(List<(Rune Character, int Change)> output, int start)
    {
        var count = output.Count - start;
        if (count < 2)
        {
            return;
        }

        var ordered = output.GetRange(start, count).OrderBy(mark => UnicodeTables.CombiningClass(mark.Character.Value)).ToList();
        for (var i = 0; i < count; i++)
        {
            output[start + i] = ordered[i];
        }
    }

    private static List<(Rune Character, int Change)> Composed(List<(Rune Character, int Change)> decomposed)
    {
        var output = new List<(Rune Character, int Change)>(decomposed.Count);
        var starter = -1;
        var lastClass = -1;
        foreach (var (character, change) in decomposed)
        {
            var combiningClass = UnicodeTables.CombiningClass(character.Value);

            // A mark of an equal or higher class in between blocks the composition with the starter.
            var reachable = starter >= 0 && lastClass < combiningClass;
            if (reachable && Pair(output[starter].Character.Value, character.Value) is { } composed)
            {
                output[starter] = (new(composed), output[starter].Change + change - 1);
                continue;
            }

            lastClass = combiningClass == 0 ? -1 : combiningClass;
            if (combiningClass == 0)
            {
                starter = output.Count;
            }

            output.Add((character, change));
        }

        return output;
    }

    private static IEnumerable<int> Parts(int character)
    {
        var syllable = character - HangulBase;
        if (syllable is >= 0 and < Leads * Vowels * Tails)
        {
            yield return LeadBase + (syllable / (Vowels * Tails));
            yield return VowelBase + (syllable / Tails % Vowels);
            if (syllable % Tails != 0)
            {
                yield return TailBase + (syllable % Tails);
            }

            yield break;
        }

        if (UnicodeTables.Decomposition(character) is not { } parts)
        {
            yield return character;
            yield break;
        }

        foreach (var part in parts)
        {
            foreach (var inner in Parts(part))
            {
                yield return inner;
            }
        }
    }

    private static int? Pair(int first, int second)
    {
        if (first is >= LeadBase and < LeadBase + Leads && second is >= VowelBase and < VowelBase + Vowels)
        {
            return HangulBase + ((((first - LeadBase) * Vowels) + second - VowelBase) * Tails);
        }

        var syllable = first - HangulBase;
        if (syllable is >= 0 and < Leads * Vowels * Tails && syllable % Tails == 0 && second is > TailBase and < TailBase + Tails)
        {
            return first + second - TailBase;
        }

        return UnicodeTables.Composition(first, second);
    }
}
