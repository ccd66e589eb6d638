using System.Globalization;
using System.Text;

namespace IclMesh.Inference.Text.Patterns;

/// <summary>Lets .NET, whose expressions match UTF-16 units, match whole characters.</summary>
/// <remarks>
/// Characters above U+FFFF that no set of an expression tells apart are one unit from the private use area; characters of that area
/// itself are treated likewise. A text that holds neither is matched as it is.
/// </remarks>
internal sealed class ExpressionAlphabet
{
    private const int PrivateFirst = 0xE000;
    private const int PrivateLast = 0xF8FF;

    private static readonly CodePointSet Replaced = CodePointSet.Of((PrivateFirst, PrivateLast), (0x10000, 0x10FFFF));
    private static readonly CodePointSet Plain = CodePointSet.Of((0, 0xD7FF), (PrivateLast + 1, 0xFFFF));
    private static readonly (string Spelling, CodePointSet Set)[] Known = KnownSets();

    private readonly int[] starts;
    private readonly char[] standIns;

    /// <param name="sets">Every set of the expression.</param>
    public ExpressionAlphabet(IReadOnlyList<CodePointSet> sets)
    {
        var bounds = Replaced.Ranges.SelectMany(range => new[] { range.First, range.Last + 1 })
            .Concat(sets.SelectMany(set => set.Ranges).SelectMany(range => new[] { range.First, range.Last + 1 }))
            .Where(bound => bound is >= PrivateFirst and <= PrivateLast or >= 0x10000).Distinct().Order().ToArray();
        var classes = new Dictionary<string, char>(StringComparer.Ordinal);
        starts = bounds;
        standIns = new char[bounds.Length];
        for (var i = 0; i < bounds.Length; i++)
        {
            var membership = string.Concat(sets.Select(set => set.Contains(bounds[i]) ? '1' : '0'));
            if (!classes.TryGetValue(membership, out var standIn))
            {
                standIn = (char)Math.Min(PrivateFirst + classes.Count, PrivateLast);
                classes.Add(membership, standIn);
            }

            standIns[i] = standIn;
        }
    }

    /// <summary>True where a text must be matched through <see cref="Write"/>.</summary>
    public static bool IsNeeded(ReadOnlySpan<char> text) => text.IndexOfAnyInRange('\uD800', (char)PrivateLast) >= 0;

    /// <summary>Writes one unit a character, and where each begins.</summary>
    public string Write(ReadOnlySpan<char> text, List<int> positions)
    {
        var written = new StringBuilder(text.Length);
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            written.Append(Replaced.Contains(rune.Value) ? StandIn(rune.Value) : (char)rune.Value);
            positions.Add(position);
            position += rune.Utf16SequenceLength;
        }

        positions.Add(position);
        return written.ToString();
    }

    /// <summary>A set as .NET spells it, for texts that are matched as they are: short, and fast where .NET knows the set.</summary>
    public static string SpellPlain(CodePointSet set) => Spell(set.Intersect(Plain), Plain.Except(set));

    /// <summary>A set as .NET spells it, for texts that went through <see cref="Write"/>.</summary>
    public string SpellWritten(CodePointSet set) => Spell(
        set.Intersect(Plain).Union(StandIns(set)), Plain.Except(set).Union(StandIns(set.Complement())));

    private static string Spell(CodePointSet members, CodePointSet others)
    {
        if (members.IsEmpty || others.IsEmpty)
        {
            return members.IsEmpty ? @"[^\s\S]" : @"[\s\S]";
        }

        var (positive, negative) = (Inside(members), Inside(others));
        return positive.Length <= negative.Length + 1 ? $"[{positive}]" : $"[^{negative}]";
    }

    private CodePointSet StandIns(CodePointSet set) => CodePointSet.Of(
        starts.Zip(standIns).Where(pair => set.Contains(pair.First)).Select(pair => ((int)pair.Second, (int)pair.Second)));

    private char StandIn(int codePoint)
    {
        var index = Array.BinarySearch(starts, codePoint);
        return standIns[index >= 0 ? index : ~index - 1];
    }

    private static string Inside(CodePointSet units)
    {
        var spelled = new StringBuilder();
        var rest = units;
        foreach (var (spelling, set) in Known)
        {
            if (units.ContainsAll(set) && rest.Intersect(set) is { IsEmpty: false })
            {
                spelled.Append(spelling);
                rest = rest.Except(set);
            }
        }

        foreach (var (first, last) in rest.Ranges)
        {
            spelled.Append(CultureInfo.InvariantCulture, $"\\u{first:X4}");
            if (last > first)
            {
                spelled.Append(CultureInfo.InvariantCulture, $"-\\u{last:X4}");
            }
        }

        return spelled.ToString();
    }

    /// <summary>Sets that .NET has a short and fast spelling for, the large ones first.</summary>
    private static (string, CodePointSet)[] KnownSets()
    {
        string[] all = ["L", "M", "N", "P", "S"];
        string[] single = ["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cf", "Cn"];
        return
        [
            (@"\s", UnicodeProperties.WhiteSpace),
            .. all.Concat(single).Select(name => ($"\\p{{{name}}}", UnicodeProperties.Category(name).Intersect(Plain))),
        ];
    }
}
