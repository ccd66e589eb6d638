using System.Globalization;
using System.Text;

namespace IclMesh.Inference.Text.Patterns;

/// <summary>Sets of code points by the names that Oniguruma gives them: general categories, scripts, POSIX brackets and a few binary properties.</summary>
/// <remarks>
/// Categories are the runtime's; scripts and the properties that .NET does not know come from the embedded <c>unicode-properties.txt</c>.
/// POSIX brackets follow <c>tool/make_unicode_property_data.py</c> of Oniguruma.
/// </remarks>
internal static class UnicodeProperties
{
    private static readonly CodePointSet[] Categories = ReadCategories();
    private static readonly Dictionary<string, CodePointSet> Named = ReadNamed();
    private static readonly string[] Binary = ["alphabetic", "lowercase", "uppercase", "emoji", "emojipresentation", "extendedpictographic", "ideographic"];
    private static readonly Lazy<(int First, int Last, string Script)[]> Scripts = new(() =>
    [
        .. Named.Where(pair => !Binary.Contains(pair.Key))
            .SelectMany(pair => pair.Value.Ranges.Select(range => (range.First, range.Last, pair.Key))).OrderBy(range => range.First),
    ]);

    /// <summary>White_Space: what <c>\s</c> is in every dialect, .NET's included.</summary>
    public static CodePointSet WhiteSpace { get; } = CodePointSet.Of((9, 13), (0x85, 0x85)).Union(Category("Z"));

    public static CodePointSet DecimalDigits { get; } = Category("Nd");

    /// <summary><c>\w</c> of Oniguruma: alphabetic, marks, decimal digits, connectors.</summary>
    public static CodePointSet Word { get; } = Named["alphabetic"].Union(Category("M")).Union(Category("Nd")).Union(Category("Pc"));

    /// <summary><c>\w</c> of Rust's regex crate: as Oniguruma's, and the zero-width non-joiner and joiner.</summary>
    public static CodePointSet RustWord { get; } = Word.Union(CodePointSet.Of((0x200C, 0x200D)));

    /// <summary>A general category, or all whose names begin with a letter.</summary>
    public static CodePointSet Category(string name) => CodePointSet.Of(Enum.GetValues<UnicodeCategory>()
        .Where(category => Abbreviation(category).StartsWith(name, StringComparison.Ordinal))
        .SelectMany(category => Categories[(int)category].Ranges));

    /// <summary>A property by any of its names, or null; case, blanks, hyphens and low lines do not matter.</summary>
    public static CodePointSet? Find(string name)
    {
        var key = Key(name);
        if (Named.TryGetValue(key, out var known))
        {
            return known;
        }

        foreach (var category in Enum.GetValues<UnicodeCategory>())
        {
            if (Key(Abbreviation(category)) == key)
            {
                return Categories[(int)category];
            }
        }

        return key switch
        {
            "c" or "other" => Category("C"),
            "l" or "letter" => Category("L"),
            "lc" or "casedletter" => Category("Lu").Union(Category("Ll")).Union(Category("Lt")),
            "m" or "mark" or "combiningmark" => Category("M"),
            "n" or "number" => Category("N"),
            "p" or "punctuation" or "punct" => Category("P"),
            "s" or "symbol" => Category("S"),
            "z" or "separator" => Category("Z"),
            "uppercaseletter" => Category("Lu"),
            "lowercaseletter" => Category("Ll"),
            "titlecaseletter" => Category("Lt"),
            "modifierletter" => Category("Lm"),
            "otherletter" => Category("Lo"),
            "nonspacingmark" => Category("Mn"),
            "spacingmark" => Category("Mc"),
            "enclosingmark" => Category("Me"),
            "decimalnumber" or "digit" => Category("Nd"),
            "letternumber" => Category("Nl"),
            "othernumber" => Category("No"),
            "connectorpunctuation" => Category("Pc"),
            "dashpunctuation" => Category("Pd"),
            "openpunctuation" => Category("Ps"),
            "closepunctuation" => Category("Pe"),
            "initialpunctuation" => Category("Pi"),
            "finalpunctuation" => Category("Pf"),
            "otherpunctuation" => Category("Po"),
            "mathsymbol" => Category("Sm"),
            "currencysymbol" => Category("Sc"),
            "modifiersymbol" => Category("Sk"),
            "othersymbol" => Category("So"),
            "spaceseparator" => Category("Zs"),
            "lineseparator" => Category("Zl"),
            "paragraphseparator" => Category("Zp"),
            "control" or "cntrl" => Category("Cc"),
            "format" => Category("Cf"),
            "privateuse" => Category("Co"),
            "surrogate" => Category("Cs"),
            "unassigned" => Category("Cn"),
            "any" => CodePointSet.Any,
            "assigned" => Category("Cn").Complement(),
            "ascii" => CodePointSet.Of((0, 0x7F)),
            "alpha" => Named["alphabetic"],
            "lower" => Named["lowercase"],
            "upper" => Named["uppercase"],
            "alnum" => Named["alphabetic"].Union(Category("Nd")),
            "blank" => CodePointSet.Of('\t').Union(Category("Zs")),
            "graph" => Graph(),
            "print" => Graph().Union(Category("Zs")),
            "space" or "whitespace" => WhiteSpace,
            "word" => Word,
            "xdigit" => CodePointSet.Of(('0', '9'), ('A', 'F'), ('a', 'f')),
            _ => null,
        };
    }

    /// <summary>The script of a character by the rules of SentencePiece: kana and the mark of long vowels are Han, blanks and unassigned characters have none.</summary>
    public static string? Script(int codePoint)
    {
        var scripts = Scripts.Value;
        int low = 0, high = scripts.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = scripts[middle].Last < codePoint ? (middle + 1, high) : (low, middle);
        }

        return codePoint == ' ' || low == scripts.Length || scripts[low].First > codePoint ? null : codePoint == 0x30FC ? "han" : scripts[low].Script switch
        {
            "hiragana" or "katakana" => "han",
            "unknown" => null,
            var script => script,
        };
    }

    /// <summary>The two letters of a general category.</summary>
    public static string Abbreviation(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => "Lu",
        UnicodeCategory.LowercaseLetter => "Ll",
        UnicodeCategory.TitlecaseLetter => "Lt",
        UnicodeCategory.ModifierLetter => "Lm",
        UnicodeCategory.OtherLetter => "Lo",
        UnicodeCategory.NonSpacingMark => "Mn",
        UnicodeCategory.SpacingCombiningMark => "Mc",
        UnicodeCategory.EnclosingMark => "Me",
        UnicodeCategory.DecimalDigitNumber => "Nd",
        UnicodeCategory.LetterNumber => "Nl",
        UnicodeCategory.OtherNumber => "No",
        UnicodeCategory.SpaceSeparator => "Zs",
        UnicodeCategory.LineSeparator => "Zl",
        UnicodeCategory.ParagraphSeparator => "Zp",
        UnicodeCategory.Control => "Cc",
        UnicodeCategory.Format => "Cf",
        UnicodeCategory.Surrogate => "Cs",
        UnicodeCategory.PrivateUse => "Co",
        UnicodeCategory.ConnectorPunctuation => "Pc",
        UnicodeCategory.DashPunctuation => "Pd",
        UnicodeCategory.OpenPunctuation => "Ps",
        UnicodeCategory.ClosePunctuation => "Pe",
        UnicodeCategory.InitialQuotePunctuation => "Pi",
        UnicodeCategory.FinalQuotePunctuation => "Pf",
        UnicodeCategory.OtherPunctuation => "Po",
        UnicodeCategory.MathSymbol => "Sm",
        UnicodeCategory.CurrencySymbol => "Sc",
        UnicodeCategory.ModifierSymbol => "Sk",
        UnicodeCategory.OtherSymbol => "So",
        _ => "Cn",
    };

    private static CodePointSet Graph() =>
        WhiteSpace.Union(Category("Cc")).Union(Category("Cs")).Union(Category("Cn")).Complement();

    private static string Key(string name)
    {
        var key = new StringBuilder(name.Length);
        foreach (var unit in name)
        {
            if (unit is not (' ' or '-' or '_'))
            {
                key.Append(char.ToLowerInvariant(unit));
            }
        }

        return key.ToString();
    }

    private static CodePointSet[] ReadCategories()
    {
        var ranges = new List<(int First, int Last)>[Enum.GetValues<UnicodeCategory>().Length];
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i] = [];
        }

        var first = 0;
        for (var codePoint = 1; codePoint <= 0x110000; codePoint++)
        {
            var category = CharUnicodeInfo.GetUnicodeCategory(first);
            if (codePoint == 0x110000 || CharUnicodeInfo.GetUnicodeCategory(codePoint) != category)
            {
                ranges[(int)category].Add((first, codePoint - 1));
                first = codePoint;
            }
        }

        return [.. ranges.Select(list => CodePointSet.Of(list))];
    }

    /// <summary>Lines of a name and ranges in hexadecimal, with a hyphen where a range has more than one code point.</summary>
    private static Dictionary<string, CodePointSet> ReadNamed()
    {
        var named = new Dictionary<string, CodePointSet>(StringComparer.Ordinal);
        using var stream = typeof(UnicodeProperties).Assembly.GetManifestResourceStream("unicode-properties.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            var fields = line.Split(' ');
            var ranges = fields.Skip(1).Select(field => field.Split('-')).Select(ends => (Number(ends[0]), Number(ends[^1])));
            foreach (var name in fields[0].Split('|'))
            {
                named[Key(name)] = CodePointSet.Of(ranges);
            }
        }

        return named;
    }

    private static int Number(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
