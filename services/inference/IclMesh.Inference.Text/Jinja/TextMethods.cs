using System.Text;

namespace IclMesh.Inference.Text.Jinja;

/// <summary>The methods of Python's texts. Case changes character by character: ß stays ß in upper case, where Python writes SS.</summary>
internal static class TextMethods
{
    public static Function? Find(string text, string name)
    {
        var plain = MarkedText.Plain(text);
        Func<Arguments, object?>? method = name switch
        {
            "strip" => arguments => PythonText.Strip(text, characters: Characters(arguments)),
            "lstrip" => arguments => PythonText.Strip(text, right: false, characters: Characters(arguments)),
            "rstrip" => arguments => PythonText.Strip(text, left: false, characters: Characters(arguments)),
            "split" => arguments => Split(text, arguments, fromRight: false),
            "rsplit" => arguments => Split(text, arguments, fromRight: true),
            "splitlines" => arguments => arguments.Budget.Take(Lines(text).ToList<object?>()),
            "partition" => arguments => Partition(text, arguments.Text(0, "sep")),
            "startswith" => arguments => Affixes(arguments).Any(affix => plain.StartsWith(affix, StringComparison.Ordinal)),
            "endswith" => arguments => Affixes(arguments).Any(affix => plain.EndsWith(affix, StringComparison.Ordinal)),
            "removeprefix" => arguments => plain.StartsWith(MarkedText.Plain(arguments.Text(0, "prefix")), StringComparison.Ordinal) ? text[arguments.Text(0, "prefix").Length..] : text,
            "removesuffix" => arguments => plain.EndsWith(MarkedText.Plain(arguments.Text(0, "suffix")), StringComparison.Ordinal) ? text[..^arguments.Text(0, "suffix").Length] : text,
            "upper" => arguments => arguments.Budget.Take(text.ToUpperInvariant()),
            "lower" => arguments => arguments.Budget.Take(text.ToLowerInvariant()),
            "title" => arguments => arguments.Budget.Take(Title(text)),
            "capitalize" => arguments => arguments.Budget.Take(Capitalize(text)),
            "replace" => arguments => Replace(text, arguments.Text(0, "old"), arguments.Text(1, "new"), arguments.Whole(2, "count", -1), arguments.Budget),
            "find" => arguments => CodePoints(text, plain.IndexOf(Part(arguments), StringComparison.Ordinal)),
            "rfind" => arguments => CodePoints(text, plain.LastIndexOf(Part(arguments), StringComparison.Ordinal)),
            "index" => arguments => plain.IndexOf(Part(arguments), StringComparison.Ordinal) is >= 0 and var found
                ? CodePoints(text, found)
                : throw TemplateException.Value("the part is not in the text"),
            "count" => arguments => Count(plain, Part(arguments)),
            "join" => arguments => Join(text, arguments),
            "isdigit" or "isdecimal" or "isnumeric" => _ => text.Length > 0 && text.All(char.IsDigit),
            "isalpha" => _ => text.Length > 0 && text.All(char.IsLetter),
            "isalnum" => _ => text.Length > 0 && text.All(char.IsLetterOrDigit),
            "isspace" => _ => text.Length > 0 && text.All(PythonText.IsSpace),
            "islower" => arguments => Tests.Apply("lower", text, arguments),
            "isupper" => arguments => Tests.Apply("upper", text, arguments),
            _ => null,
        };
        return method is null ? null : new(name, method, Parameters(name));
    }

    /// <summary>The arguments that are honoured; Python's start and end of a search are not.</summary>
    private static string Parameters(string name) => name switch
    {
        "strip" or "lstrip" or "rstrip" => "chars",
        "split" or "rsplit" => "sep maxsplit",
        "partition" => "sep",
        "startswith" or "removeprefix" => "prefix",
        "endswith" => "prefix",
        "removesuffix" => "suffix",
        "replace" => "old new count",
        "find" or "rfind" or "index" or "count" => "sub",
        "join" => "iterable",
        _ => "",
    };

    /// <summary>The first character in upper case, the others in lower case.</summary>
    public static string Capitalize(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        var first = char.IsHighSurrogate(text[0]) && text.Length > 1 ? 2 : 1;
        return text[..first].ToUpperInvariant() + text[first..].ToLowerInvariant();
    }

    /// <summary>Lines without their ends; an end behind the last line begins no new one.</summary>
    public static List<string> Lines(string text)
    {
        var lines = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\n' or '\r' or '\v' or '\f' or (>= '\x1c' and <= '\x1e') or '\x85' or '\u2028' or '\u2029')
            {
                lines.Add(text[start..i]);
                i += text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? 1 : 0;
                start = i + 1;
            }
        }

        if (start < text.Length)
        {
            lines.Add(text[start..]);
        }

        return lines;
    }

    public static string Replace(string text, string old, string replacement, long count, Budget budget)
    {
        var limit = count < 0 ? long.MaxValue : count;
        (var plain, old) = (MarkedText.Plain(text), MarkedText.Plain(old));
        var replaced = new StringBuilder();
        var position = 0;
        for (; limit > 0; limit--)
        {
            // An empty text is found before every character and at the end.
            var found = old.Length > 0 ? plain.IndexOf(old, position, StringComparison.Ordinal) : position <= text.Length ? position : -1;
            if (found < 0)
            {
                break;
            }

            budget.Spend(1 + found - position + replacement.Length);
            replaced.Append(text, position, found - position).Append(replacement);
            position = found + old.Length;
            if (old.Length == 0)
            {
                if (position < text.Length)
                {
                    replaced.Append(text[position]);
                }

                position++;
            }
        }

        return replaced.Append(text.AsSpan(Math.Min(position, text.Length))).ToString();
    }

    private static string Part(Arguments arguments) => MarkedText.Plain(arguments.Text(0, "sub"));

    private static string? Characters(Arguments arguments) => arguments.Get(0, "chars") is null ? null : arguments.Text(0, "chars");

    private static IEnumerable<string> Affixes(Arguments arguments) => arguments.Required(0, "prefix") switch
    {
        object?[] several => several.OfType<string>().Select(MarkedText.Plain),
        _ => [MarkedText.Plain(arguments.Text(0, "prefix"))],
    };

    private static object? Split(string text, Arguments arguments, bool fromRight)
    {
        var limit = arguments.Whole(1, "maxsplit", -1);
        var most = limit < 0 || limit >= int.MaxValue ? int.MaxValue : (int)limit;
        var separator = arguments.Get(0, "sep") is null ? null : arguments.Text(0, "sep");
        if (separator == "")
        {
            throw TemplateException.Value("the separator of a split must not be empty");
        }

        var parts = separator is null ? Words(text) : Parts(text, separator);
        if (parts.Count - 1 > most)
        {
            parts = separator is null ? LimitedWords(text, most, fromRight) : Limited(parts, separator, most, fromRight);
        }

        return arguments.Budget.Take(parts.ToList<object?>());
    }

    /// <summary>The text between separators.</summary>
    private static List<string> Parts(string text, string separator)
    {
        var parts = new List<string>();
        (var plain, separator) = (MarkedText.Plain(text), MarkedText.Plain(separator));
        var start = 0;
        while (plain.IndexOf(separator, start, StringComparison.Ordinal) is >= 0 and var found)
        {
            parts.Add(text[start..found]);
            start = found + separator.Length;
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static List<string> Words(string text) => [.. Spans(text).Select(span => text.Substring(span.Start, span.Length))];

    /// <summary>The last part keeps its inner white space, up to the end of the text or from its start.</summary>
    private static List<string> LimitedWords(string text, int most, bool fromRight)
    {
        var spans = Spans(text);
        if (fromRight)
        {
            var rest = spans[spans.Count - most - 1];
            return [text[..(rest.Start + rest.Length)], .. spans.TakeLast(most).Select(span => text.Substring(span.Start, span.Length))];
        }

        // Unlike the other words the last one keeps the white space behind it.
        return [.. spans.Take(most).Select(span => text.Substring(span.Start, span.Length)), text[spans[most].Start..]];
    }

    private static List<(int Start, int Length)> Spans(string text)
    {
        var spans = new List<(int, int)>();
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            while (i < text.Length && !PythonText.IsSpace(text[i]))
            {
                i++;
            }

            if (i > start)
            {
                spans.Add((start, i - start));
            }
        }

        return spans;
    }

    private static List<string> Limited(List<string> parts, string separator, int most, bool fromRight) => fromRight
        ? [string.Join(separator, parts.Take(parts.Count - most)), .. parts.TakeLast(most)]
        : [.. parts.Take(most), string.Join(separator, parts.Skip(most))];

    private static object?[] Partition(string text, string separator)
    {
        var found = separator.Length == 0 ? throw TemplateException.Value("the separator must not be empty") : MarkedText.Plain(text).IndexOf(MarkedText.Plain(separator), StringComparison.Ordinal);
        return found < 0 ? [text, "", ""] : [text[..found], separator, text[(found + separator.Length)..]];
    }

    private static string Title(string text)
    {
        var title = new StringBuilder(text.Length);
        var isInside = false;
        foreach (var unit in text)
        {
            title.Append(isInside ? char.ToLowerInvariant(unit) : char.ToUpperInvariant(unit));
            isInside = char.IsLetter(unit);
        }

        return title.ToString();
    }

    private static long CodePoints(string text, int index) => index < 0 ? -1 : PythonText.Length(text[..index]);

    private static object? Count(string text, string part) => part.Length == 0
        ? PythonText.Length(text) + 1
        : (long)(text.Split(part).Length - 1);

    private static object? Join(string separator, Arguments arguments)
    {
        var items = PythonOperators.Iterate(arguments.Required(0, "iterable"), arguments.Budget);
        var texts = items.Select(item => item as string ?? throw TemplateException.Value($"join needs texts, not {PythonText.TypeName(item)}")).ToList();
        arguments.Budget.Spend(texts.Sum(text => (long)text.Length + separator.Length));
        return string.Join(separator, texts);
    }
}
