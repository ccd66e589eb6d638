using System.Globalization;
using System.Text;

namespace IclMesh.Inference.Text.Jinja;

/// <summary>Texts as Python sees them: sequences of code points, and the way it writes other values.</summary>
internal static class PythonText
{
    /// <summary>White space of Python's <c>str.isspace</c>, which counts the four information separators too.</summary>
    public static bool IsSpace(char unit) => char.IsWhiteSpace(unit) || unit is >= '\x1c' and <= '\x1f';

    public static string Strip(string text, bool left = true, bool right = true, string? characters = null)
    {
        int start = 0, end = text.Length;
        var (plain, stripped) = (MarkedText.Plain(text), characters is null ? null : MarkedText.Plain(characters));
        bool Strips(char unit) => stripped is null ? IsSpace(unit) : stripped.Contains(unit, StringComparison.Ordinal);
        while (left && start < end && Strips(plain[start]))
        {
            start++;
        }

        while (right && end > start && Strips(plain[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    public static long Length(string text) => text.Length - text.AsSpan().CountPairs();

    public static List<object?> Characters(string text)
    {
        var characters = new List<object?>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            characters.Add(isPair ? text.Substring(i++, 2) : text[i].ToString());
        }

        return characters;
    }

    /// <summary>A value as it is written into the output.</summary>
    public static string Str(object? value, Budget budget) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Repr(value, budget),
    };

    /// <summary>A value as Python writes it inside a list.</summary>
    public static string Repr(object? value, Budget budget)
    {
        var written = new StringBuilder();
        Write(written, value, budget, depth: 0);
        return budget.Take(written.ToString());
    }

    public static string TypeName(object? value) => value switch
    {
        null => "none",
        bool => "a truth value",
        long => "a whole number",
        double => "a number",
        string => "a text",
        object?[] => "a tuple",
        List<object?> => "a list",
        RangeValue => "a range",
        Mapping => "a dictionary",
        Undefined missing => missing.What,
        _ => "a function",
    };

    /// <summary>Shortest digits that give the number back, as Python writes them.</summary>
    public static string Number(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        // .NET finds the same shortest digits; only where it puts the point differs.
        var parts = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var whole = parts[0].Split('.')[0];
        var significant = parts[0].Replace(".", "", StringComparison.Ordinal).TrimStart('0');
        var leading = parts[0].Replace(".", "", StringComparison.Ordinal).Length - significant.Length;
        var exponent = number == 0 ? 0 : whole.Length - leading - 1 + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        var digits = significant.TrimEnd('0') is { Length: > 0 } trimmed ? trimmed : "0";
        return (double.IsNegative(number) ? "-" : "") + exponent switch
        {
            < -4 or >= 16 => $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}",
            < 0 => $"0.{new string('0', -exponent - 1)}{digits}",
            _ when digits.Length <= exponent + 1 => $"{digits.PadRight(exponent + 1, '0')}.0",
            _ => $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}",
        };
    }

    private static void Write(StringBuilder written, object? value, Budget budget, int depth)
    {
        budget.Spend(1);
        if (depth > 100)
        {
            throw TemplateException.Value("a value is nested too deep to be written");
        }

        switch (value)
        {
            case null:
                written.Append("None");
                break;
            case bool truth:
                written.Append(truth ? "True" : "False");
                break;
            case long whole:
                written.Append(whole);
                break;
            case double real:
                written.Append(Number(real));
                break;
            case string text:
                Quote(written, text);
                break;
            case Mapping mapping:
                WriteAll(written, '{', '}', mapping, pair =>
                {
                    Write(written, pair.Key, budget, depth + 1);
                    written.Append(": ");
                    Write(written, pair.Value, budget, depth + 1);
                });
                break;
            case RangeValue range:
                written.Append(range);
                break;
            case IReadOnlyList<object?> items:
                var isTuple = items is object?[];
                WriteAll(written, isTuple ? '(' : '[', isTuple ? ')' : ']', items, item => Write(written, item, budget, depth + 1));
                if (isTuple && items.Count == 1)
                {
                    written.Insert(written.Length - 1, ',');
                }

                break;
            case Undefined:
                written.Append("Undefined");
                break;
            default:
                throw TemplateException.Value($"{TypeName(value)} cannot be written");
        }
    }

    private static void WriteAll<T>(StringBuilder written, char open, char close, IEnumerable<T> items, Action<T> write)
    {
        written.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            written.Append(isFirst ? "" : ", ");
            isFirst = false;
            write(item);
        }

        written.Append(close);
    }

    private static void Quote(StringBuilder written, string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        written.Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            written.Append(rune.Value switch
            {
                '\\' => @"\\",
                '\n' => @"\n",
                '\r' => @"\r",
                '\t' => @"\t",
                _ when rune.Value == quote => $"\\{quote}",
                < 0x20 or 0x7F => $"\\x{rune.Value:x2}",
                _ => rune.ToString(),
            });
        }

        written.Append(quote);
    }

    private static int CountPairs(this ReadOnlySpan<char> text)
    {
        var pairs = 0;
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && char.IsLowSurrogate(text[i + 1]))
            {
                pairs++;
                i++;
            }
        }

        return pairs;
    }
}
