namespace IclMesh.Inference.Text.Jinja;

/// <summary>The values that a function, filter, test or macro is called with.</summary>
/// <param name="Positional">Values by position.</param>
/// <param name="Named">Values by name.</param>
/// <param name="Budget">What the call may still cost.</param>
internal sealed record Arguments(IReadOnlyList<object?> Positional, IReadOnlyDictionary<string, object?> Named, Budget Budget)
{
    /// <summary>An argument by position or else by name.</summary>
    public object? Get(int index, string name, object? otherwise = null) =>
        index < Positional.Count ? Positional[index] : Named.TryGetValue(name, out var value) ? value : otherwise;

    public bool Has(int index, string name) => index < Positional.Count || Named.ContainsKey(name);

    public object? Required(int index, string name) =>
        Has(index, name) ? Get(index, name) : throw TemplateException.Value($"the argument '{name}' is missing");

    public string Text(int index, string name) => Required(index, name) as string
        ?? throw TemplateException.Value($"the argument '{name}' must be a text, is {PythonText.TypeName(Get(index, name))}");

    public string Text(int index, string name, string otherwise) => Has(index, name) ? Text(index, name) : otherwise;

    public long Whole(int index, string name) => Required(index, name) is long or bool
        ? PythonOperators.Whole(Get(index, name))
        : throw TemplateException.Value($"the argument '{name}' must be a whole number, is {PythonText.TypeName(Get(index, name))}");

    public long Whole(int index, string name, long otherwise) => Has(index, name) && Get(index, name) is not null ? Whole(index, name) : otherwise;
}
