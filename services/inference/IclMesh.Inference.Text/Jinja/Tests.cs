namespace IclMesh.Inference.Text.Jinja;

/// <summary>The tests of Jinja: what can stand behind <c>is</c>.</summary>
internal static class Tests
{
    private static readonly Dictionary<string, Signature<Func<object?, Arguments, bool>>> Known = Signature<Func<object?, Arguments, bool>>.Table(new(StringComparer.Ordinal)
    {
        ["boolean"] = (value, _) => value is bool,
        ["callable"] = (value, _) => value is Function or Undefined,
        ["defined"] = (value, _) => value is not Undefined,
        ["divisibleby num"] = (value, arguments) => PythonOperators.Binary("%", value, arguments.Required(0, "num"), arguments.Budget) is 0L or 0.0,
        ["eq other"] = Comparing("=="),
        ["equalto other"] = Comparing("=="),
        ["== other"] = Comparing("=="),
        ["even"] = (value, arguments) => PythonOperators.Binary("%", value, 2L, arguments.Budget) is 0L or 0.0,
        ["false"] = (value, _) => value is false,
        ["filter"] = (value, _) => value is string name && IsKnown(() => Filters.Check(name, 0)),
        ["float default"] = (value, _) => value is double,
        ["ge other"] = Comparing(">="),
        [">= other"] = Comparing(">="),
        ["gt other"] = Comparing(">"),
        ["greaterthan other"] = Comparing(">"),
        ["> other"] = Comparing(">"),
        ["in seq"] = (value, arguments) => PythonOperators.Contains(arguments.Required(0, "seq"), value),
        ["integer"] = (value, _) => value is long,
        ["iterable"] = (value, _) => value is string or IReadOnlyList<object?> or Mapping or Undefined,
        ["le other"] = Comparing("<="),
        ["<= other"] = Comparing("<="),
        ["lower"] = (value, arguments) => Cased(PythonText.Str(value, arguments.Budget), text => text.ToLowerInvariant()),
        ["lt other"] = Comparing("<"),
        ["lessthan other"] = Comparing("<"),
        ["< other"] = Comparing("<"),
        ["mapping"] = (value, _) => value is Mapping,
        ["ne other"] = Comparing("!="),
        ["!= other"] = Comparing("!="),
        ["none"] = (value, _) => value is null,
        ["number"] = (value, _) => value is long or double or bool,
        ["odd"] = (value, arguments) => PythonOperators.Binary("%", value, 2L, arguments.Budget) is 1L or 1.0,
        ["sameas other"] = (value, arguments) => Same(value, arguments.Required(0, "other")),
        ["sequence"] = (value, _) => value is string or IReadOnlyList<object?> or Mapping or Undefined,
        ["string"] = (value, _) => value is string,
        ["test"] = (value, _) => value is string name && IsKnown(() => Check(name, 0)),
        ["true"] = (value, _) => value is true,
        ["undefined"] = (value, _) => value is Undefined,
        ["upper"] = (value, arguments) => Cased(PythonText.Str(value, arguments.Budget), text => text.ToUpperInvariant()),
    });

    /// <summary>Refuses a test that does not exist when the template is parsed.</summary>
    public static void Check(string name, int line)
    {
        if (!Known.ContainsKey(name))
        {
            throw new TemplateException(TemplateFault.Unsupported, $"the test '{name}' is not supported") { Line = line };
        }
    }

    public static bool Apply(string name, object? value, Arguments arguments) => Known.TryGetValue(name, out var test)
        ? test.For($"the test '{name}'", arguments)(value, arguments)
        : throw TemplateException.Value($"the test '{name}' is not supported");

    private static Func<object?, Arguments, bool> Comparing(string symbol) =>
        (value, arguments) => PythonOperators.Compare(symbol, value, arguments.Required(0, "other"));

    /// <summary>All letters are of one case, and there is one.</summary>
    private static bool Cased(string text, Func<string, string> change) =>
        change(text) == text && text.Any(unit => char.IsUpper(unit) || char.IsLower(unit));

    private static bool Same(object? left, object? right) => (left, right) switch
    {
        (bool a, bool b) => a == b,
        (long a, long b) => a == b,
        (string a, string b) => a == b,
        _ => ReferenceEquals(left, right),
    };

    private static bool IsKnown(Action check)
    {
        try
        {
            check();
            return true;
        }
        catch (TemplateException)
        {
            return false;
        }
    }
}
