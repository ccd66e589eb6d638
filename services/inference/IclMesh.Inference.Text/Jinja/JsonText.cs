using System.Text;

namespace IclMesh.Inference.Text.Jinja;

/// <summary>Writes values as Python's <c>json.dumps</c> does, with the settings that transformers gives <c>tojson</c>.</summary>
/// <param name="budget">What writing may cost.</param>
internal sealed class JsonText(Budget budget)
{
    private const int MaximumDepth = 100;

    private readonly StringBuilder written = new();

    /// <summary>Characters beyond ASCII are written as escapes.</summary>
    public bool EscapesNonAscii { get; init; }

    /// <summary>What a level is indented by; null writes one line.</summary>
    public string? Indent { get; init; }

    public string ItemSeparator { get; init; } = ", ";

    public string KeySeparator { get; init; } = ": ";

    public bool SortsKeys { get; init; }

    public string Write(object? value)
    {
        Write(value, depth: 0);
        return budget.Take(written.ToString());
    }

    private void Write(object? value, int depth)
    {
        budget.Spend(1);
        if (depth > MaximumDepth)
        {
            throw TemplateException.Value("a value is nested too deep to be written");
        }

        switch (value)
        {
            case null:
                written.Append("null");
                break;
            case bool truth:
                written.Append(truth ? "true" : "false");
                break;
            case long whole:
                written.Append(whole);
                break;
            case double real:
                written.Append(double.IsFinite(real) ? PythonText.Number(real) : double.IsNaN(real) ? "NaN" : real > 0 ? "Infinity" : "-Infinity");
                break;
            case string text:
                Quote(text);
                break;
            case Mapping mapping:
                var pairs = SortsKeys ? mapping.OrderBy(pair => Key(pair.Key), StringComparer.Ordinal) : mapping.AsEnumerable();
                WriteAll('{', '}', pairs, depth, pair =>
                {
                    Quote(Key(pair.Key));
                    written.Append(KeySeparator);
                    Write(pair.Value, depth + 1);
                });
                break;
            case IReadOnlyList<object?> items when items is not RangeValue:
                WriteAll('[', ']', items, depth, item => Write(item, depth + 1));
                break;
            default:
                throw TemplateException.Value($"{PythonText.TypeName(value)} cannot be written as JSON");
        }
    }

    private string Key(object key) => key switch
    {
        string text => text,
        bool truth => truth ? "true" : "false",
        long or double => PythonText.Str(key, budget),
        _ => throw TemplateException.Value($"{PythonText.TypeName(key)} cannot be a key in JSON"),
    };

    private void WriteAll<T>(char open, char close, IEnumerable<T> items, int depth, Action<T> write)
    {
        written.Append(open);
        var count = 0;
        foreach (var item in items)
        {
            written.Append(count++ == 0 ? "" : ItemSeparator);
            NewLine(depth + 1);
            write(item);
        }

        if (count > 0)
        {
            NewLine(depth);
        }

        written.Append(close);
    }

    private void NewLine(int depth)
    {
        if (Indent is not null)
        {
            budget.Spend((long)Indent.Length * depth);
            written.Append('\n').Insert(written.Length, Indent, depth);
        }
    }

    private void Quote(string text)
    {
        written.Append('"');
        foreach (var unit in text)
        {
            _ = unit switch
            {
                '"' => written.Append("\\\""),
                '\\' => written.Append(@"\\"),
                '\n' => written.Append(@"\n"),
                '\r' => written.Append(@"\r"),
                '\t' => written.Append(@"\t"),
                '\b' => written.Append(@"\b"),
                '\f' => written.Append(@"\f"),
                < ' ' or > '~' when unit < ' ' || EscapesNonAscii => written.Append($"\\u{(int)unit:x4}"),
                _ => written.Append(unit),
            };
        }

        written.Append('"');
    }
}
