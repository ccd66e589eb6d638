using System.Globalization;
using System.Text.RegularExpressions;

namespace IclMesh.Inference.Text.Jinja;

/// <summary>The filters of Jinja that chat templates use, on single values; those on lists are in <see cref="ListFilters"/>.</summary>
internal static partial class Filters
{
    private static readonly Dictionary<string, Signature<Func<object?, Arguments, object?>>> Known = Signature<Func<object?, Arguments, object?>>.Table(new(StringComparer.Ordinal)
    {
        ["abs"] = (value, _) => value switch
        {
            long whole when whole != long.MinValue => (object)Math.Abs(whole),
            double real => Math.Abs(real),
            bool truth => PythonOperators.Whole(truth),
            _ => throw TemplateException.Value($"abs is not possible with {PythonText.TypeName(value)}"),
        },
        ["attr name"] = (value, arguments) => Members.Attribute(value, arguments.Text(0, "name")),
        ["capitalize"] = (value, arguments) => TextMethods.Capitalize(Str(value, arguments)),
        ["default default_value boolean"] = Default,
        ["d default_value boolean"] = Default,
        ["e"] = (value, arguments) => Escape(Plain(value, arguments)),
        ["escape"] = (value, arguments) => Escape(Plain(value, arguments)),
        ["float default"] = (value, arguments) => Float(value, arguments),
        ["indent width first blank"] = Indent,
        ["int default base"] = Int,
        ["lower"] = (value, arguments) => Str(value, arguments).ToLowerInvariant(),
        ["replace old new count"] = (value, arguments) => TextMethods.Replace(
            Str(value, arguments), Str(arguments.Required(0, "old"), arguments), Str(arguments.Required(1, "new"), arguments), arguments.Whole(2, "count", -1), arguments.Budget),
        ["round precision method"] = Round,
        ["safe"] = (value, _) => value,
        ["string"] = (value, arguments) => Str(value, arguments),
        ["title"] = (value, arguments) => Title(Str(value, arguments)),
        ["tojson ensure_ascii indent separators sort_keys"] = ToJson,
        ["trim chars"] = (value, arguments) => PythonText.Strip(
            Str(value, arguments), characters: arguments.Get(0, "chars") is null ? null : arguments.Text(0, "chars")),
        ["upper"] = (value, arguments) => Str(value, arguments).ToUpperInvariant(),
        ["wordcount"] = (value, arguments) => (long)Words().Count(Plain(value, arguments)),
    });

    /// <summary>Refuses a filter that does not exist when the template is parsed.</summary>
    public static void Check(string name, int line)
    {
        if (!Known.ContainsKey(name) && !ListFilters.Known.ContainsKey(name))
        {
            throw new TemplateException(TemplateFault.Unsupported, $"the filter '{name}' is not supported") { Line = line };
        }
    }

    public static object? Apply(string name, object? value, Arguments arguments)
    {
        var filter = Known.GetValueOrDefault(name) ?? ListFilters.Known.GetValueOrDefault(name)
            ?? throw TemplateException.Value($"the filter '{name}' is not supported");
        var result = filter.For($"the filter '{name}'", arguments)(value, arguments);
        arguments.Budget.Spend(result switch { string text => text.Length, IReadOnlyCollection<object?> items => items.Count, _ => 1 });
        return result;
    }

    private static string Str(object? value, Arguments arguments) => PythonText.Str(value, arguments.Budget);

    private static string Plain(object? value, Arguments arguments) => MarkedText.Plain(Str(value, arguments));

    private static object? Default(object? value, Arguments arguments)
    {
        var replaces = value is Undefined || (PythonOperators.IsTrue(arguments.Get(1, "boolean", false)) && !PythonOperators.IsTrue(value));
        return replaces ? arguments.Get(0, "default_value", "") : value;
    }

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal);

    private static object? Float(object? value, Arguments arguments)
    {
        if (PythonOperators.TryNumber(value, out var number))
        {
            return number;
        }

        return value is string text && double.TryParse(MarkedText.Plain(text).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            ? number
            : arguments.Get(0, "default", 0.0);
    }

    private static object? Int(object? value, Arguments arguments)
    {
        if (arguments.Whole(1, "base", 10) != 10)
        {
            throw new TemplateException(TemplateFault.Unsupported, "the argument 'base' of the filter 'int' is supported for 10 only");
        }

        if (value is long or bool)
        {
            return PythonOperators.Whole(value);
        }

        if (value is string text && long.TryParse(MarkedText.Plain(text).Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        return Float(value, arguments with { Positional = [null] }) is double real && Math.Abs(real) < long.MaxValue
            ? (long)real
            : arguments.Get(0, "default", 0L);
    }

    /// <summary>Every word with its first character in upper case; words begin behind blanks, hyphens and opening brackets.</summary>
    private static string Title(string text)
    {
        var title = new System.Text.StringBuilder(text.Length);
        var position = 0;
        foreach (var part in WordBeginnings().Split(MarkedText.Plain(text)))
        {
            title.Append(TextMethods.Capitalize(text.Substring(position, part.Length)));
            position += part.Length;
        }

        return title.ToString();
    }

    private static object? Round(object? value, Arguments arguments)
    {
        const int MaximumPrecision = 15;
        var precision = (int)Math.Clamp(arguments.Whole(0, "precision", 0), 0, MaximumPrecision);
        if (!PythonOperators.TryNumber(value, out var number))
        {
            throw TemplateException.Value($"round is not possible with {PythonText.TypeName(value)}");
        }

        var scale = Math.Pow(10, precision);
        return arguments.Text(1, "method", "common") switch
        {
            "common" => value is double ? (object)Math.Round(number, precision, MidpointRounding.ToEven) : PythonOperators.Whole(value),
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            var other => throw TemplateException.Value($"round knows common, ceil and floor, not '{other}'"),
        };
    }

    private static object? Indent(object? value, Arguments arguments)
    {
        var indent = arguments.Get(0, "width", 4L) is string text ? text : (string)PythonOperators.Binary("*", " ", arguments.Whole(0, "width", 4), arguments.Budget)!;
        bool first = PythonOperators.IsTrue(arguments.Get(1, "first", false)), blank = PythonOperators.IsTrue(arguments.Get(2, "blank", false));
        var lines = TextMethods.Lines(Str(value, arguments) + "\n");
        arguments.Budget.Spend((long)indent.Length * lines.Count);
        return string.Join('\n', lines.Select((line, i) => (i == 0 ? first : blank || line.Length > 0) ? indent + line : line));
    }

    private static object? ToJson(object? value, Arguments arguments)
    {
        var indent = arguments.Get(1, "indent") switch
        {
            null => null,
            string text => text,
            _ => (string?)PythonOperators.Binary("*", " ", arguments.Whole(1, "indent"), arguments.Budget),
        };
        var separators = arguments.Get(2, "separators");
        if (separators is not (null or IReadOnlyList<object?> and [string, string]))
        {
            throw TemplateException.Value("separators must be two texts");
        }

        var pair = (IReadOnlyList<object?>?)separators;
        return new JsonText(arguments.Budget)
        {
            EscapesNonAscii = PythonOperators.IsTrue(arguments.Get(0, "ensure_ascii", false)),
            Indent = indent,
            ItemSeparator = (string)(pair?[0] ?? (indent is null ? ", " : ",")),
            KeySeparator = (string)(pair?[1] ?? ": "),
            SortsKeys = PythonOperators.IsTrue(arguments.Get(3, "sort_keys", false)),
        }.Write(value);
    }

    [GeneratedRegex(@"([-\s({\[<]+)")]
    private static partial Regex WordBeginnings();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();
}
