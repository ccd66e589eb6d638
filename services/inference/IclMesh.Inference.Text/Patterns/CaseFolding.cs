using System.Text;

namespace IclMesh.Inference.Text.Patterns;

/// <summary>Letters that are the same but for their case.</summary>
internal static class CaseFolding
{
    private static readonly ILookup<int, int> Alike = Cased().ToLookup(Fold);

    /// <summary>A set with every other case of its members.</summary>
    public static CodePointSet Close(CodePointSet set) => set.Union(CodePointSet.Of(
        Alike.Where(group => group.Any(set.Contains)).SelectMany(group => group).Select(codePoint => (codePoint, codePoint))));

    /// <summary>Characters whose other case is several characters; Oniguruma matches those too, which one set cannot say.</summary>
    public static bool Expands(int codePoint) => codePoint
        is 0xDF or 0x130 or 0x149 or 0x1F0 or 0x390 or 0x3B0 or 0x587 or (>= 0x1E96 and <= 0x1E9E) or (>= 0x1F50 and <= 0x1FFF) or (>= 0xFB00 and <= 0xFB17);

    /// <summary>Two letters for which Oniguruma also takes one character: ß for ss, and ligatures.</summary>
    public static bool Joins(int first, int second) =>
        (Fold(first), Fold(second)) is ('s', 's' or 't') or ('f', 'f' or 'i' or 'l');

    private static int Fold(int codePoint) =>
        Rune.IsValid(codePoint) ? Rune.ToLowerInvariant(Rune.ToUpperInvariant(new(codePoint))).Value : codePoint;

    private static IEnumerable<int> Cased() => UnicodeProperties.Category("L").Union(UnicodeProperties.Category("M"))
        .Union(UnicodeProperties.Category("N")).Union(UnicodeProperties.Category("So")).Ranges
        .SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1))
        .Where(codePoint => Rune.IsValid(codePoint) && (Fold(codePoint) != codePoint || Rune.ToUpperInvariant(new(codePoint)).Value != codePoint));
}
