namespace IclMesh.Inference.Text.Jinja;

/// <summary>The variables of a loop, macro or block, and those around it.</summary>
/// <param name="parent">The scope around this one.</param>
internal sealed class Scope(Scope? parent)
{
    private readonly Dictionary<string, object?> variables = new(StringComparer.Ordinal);

    public void Set(string name, object? value) => variables[name] = value;

    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.variables.TryGetValue(name, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }

    private Scope? Parent { get; } = parent;
}
