namespace IclMesh.Inference.Text.Jinja;

/// <summary>The methods that values have in Python, as far as templates may call them: none changes its value.</summary>
internal static class Methods
{
    private static readonly HashSet<string> Changing = new(StringComparer.Ordinal)
    {
        "append", "clear", "extend", "insert", "pop", "popitem", "remove", "reverse", "setdefault", "sort", "update",
    };

    /// <summary>A method, bound to its value; null where the value has none of that name.</summary>
    public static Function? Find(object? target, string name) => target switch
    {
        string text => TextMethods.Find(text, name),
        Mapping mapping => Find(mapping, name),
        IReadOnlyList<object?> items => Find(items, name),
        _ => null,
    };

    private static Function? Find(Mapping mapping, string name) => name switch
    {
        "items" => new(name, _ => mapping.Select(pair => new[] { pair.Key, pair.Value }).Cast<object?>().ToList()),
        "keys" => new(name, _ => mapping.Keys.ToList<object?>()),
        "values" => new(name, _ => mapping.Values.ToList()),
        "get" => new(name, arguments => mapping.TryGetValue(Members.Key(arguments.Required(0, "key")), out var value) ? value : arguments.Get(1, "default"), "key default"),
        "copy" => new(name, _ => mapping),
        _ => Refused(name),
    };

    private static Function? Find(IReadOnlyList<object?> items, string name) => name switch
    {
        "index" => new(name, arguments => Position(items, arguments.Required(0, "value")), "value"),
        "count" => new(name, arguments => (long)items.Count(item => PythonEquality.AreEqual(item, arguments.Required(0, "value"))), "value"),
        "copy" when items is List<object?> => new(name, _ => items),
        _ => Refused(name),
    };

    private static object? Position(IReadOnlyList<object?> items, object? value)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (PythonEquality.AreEqual(items[i], value))
            {
                return (long)i;
            }
        }

        throw TemplateException.Value("the value is not in the list");
    }

    private static Function? Refused(string name) => Changing.Contains(name)
        ? new(name, _ => throw TemplateException.Value($"'{name}' would change its value, which templates must not do"), "*")
        : null;
}
