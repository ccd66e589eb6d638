using System.Globalization;

namespace IclMesh.Inference.Text.Jinja;

/// <summary>The functions that every template can call.</summary>
internal static class Globals
{
    // The same bound as Jinja's sandbox.
    private const long MaximumRange = 100_000;

    public static Scope Create(DateTimeOffset now)
    {
        var scope = new Scope(parent: null);
        foreach (var function in new Function[]
        {
            new("range", Range, "start stop step"),
            new("dict", arguments => Fill(new Mapping(), arguments), "*"),
            new("namespace", Space, "*"),
            new("raise_exception", arguments => throw new TemplateException(
                TemplateFault.Raised, PythonText.Str(arguments.Get(0, "message", ""), arguments.Budget)), "message"),
            new("strftime_now", arguments => Format(now, arguments.Text(0, "format")), "format"),
        })
        {
            scope.Set(function.Name, function);
        }

        return scope;
    }

    private static object? Range(Arguments arguments)
    {
        var (start, stop) = arguments.Positional.Count > 1 ? (arguments.Whole(0, "start"), arguments.Whole(1, "stop")) : (0, arguments.Whole(0, "stop"));
        var step = arguments.Whole(2, "step", 1);
        if (step == 0)
        {
            throw TemplateException.Value("the step of a range must not be 0");
        }

        var count = Math.Ceiling(((double)stop - start) / step);
        if (count > MaximumRange)
        {
            throw new TemplateException(TemplateFault.Limit, $"a range of {count} numbers exceeds the limit of {MaximumRange}");
        }

        return arguments.Budget.Take(new RangeValue(start, stop, step));
    }

    private static object? Space(Arguments arguments)
    {
        var space = new Namespace();
        foreach (var (name, value) in (Mapping)Fill(new Mapping(), arguments))
        {
            space.Fields[PythonText.Str(name, arguments.Budget)] = value;
        }

        return space;
    }

    private static object Fill(Mapping mapping, Arguments arguments)
    {
        foreach (var (name, value) in arguments.Get(0, "") as Mapping ?? [])
        {
            mapping[name] = value;
        }

        foreach (var (name, value) in arguments.Named)
        {
            mapping[name] = value;
        }

        return mapping;
    }

    private static string Format(DateTimeOffset now, string format)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            var isShort = format[++i] == '-' && i + 1 < format.Length;
            var written = Field(now, isShort ? format[++i] : format[i]);
            text.Append(isShort && written.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : written);
        }

        return text.ToString();
    }

    private static string Field(DateTimeOffset now, char directive)
    {
        var pattern = directive switch
        {
            'Y' => "yyyy",
            'y' => "yy",
            'm' => "MM",
            'd' => "dd",
            'H' => "HH",
            'I' => "hh",
            'M' => "mm",
            'S' => "ss",
            'f' => "ffffff",
            'p' => "tt",
            'B' => "MMMM",
            'b' => "MMM",
            'A' => "dddd",
            'a' => "ddd",
            _ => null,
        };
        return pattern is not null ? now.ToString(pattern, CultureInfo.InvariantCulture) : directive switch
        {
            'j' => now.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'e' => now.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            '%' => "%",
            _ => throw TemplateException.Value($"strftime_now does not know %{directive}"),
        };
    }
}
