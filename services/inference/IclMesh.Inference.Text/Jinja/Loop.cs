namespace IclMesh.Inference.Text.Jinja;

/// <summary>The variable <c>loop</c> of a for loop.</summary>
/// <param name="items">Everything that is iterated over.</param>
internal sealed class Loop(IReadOnlyList<object?> items)
{
    private object? lastChecked = new();

    public int Index { get; set; }

    public object? Get(string name) => name switch
    {
        "index" => (long)Index + 1,
        "index0" => (long)Index,
        "revindex" => (long)items.Count - Index,
        "revindex0" => (long)items.Count - Index - 1,
        "first" => Index == 0,
        "last" => Index == items.Count - 1,
        "length" => (long)items.Count,
        "previtem" => Index > 0 ? items[Index - 1] : new Undefined("loop.previtem"),
        "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new Undefined("loop.nextitem"),
        "depth" => 1L, // Only recursive loops, which are not supported, go deeper.
        "depth0" => 0L,
        "cycle" => new Function("loop.cycle", arguments => arguments.Positional.Count > 0
            ? arguments.Positional[Index % arguments.Positional.Count]
            : throw TemplateException.Value("loop.cycle needs a value"), "*"),
        "changed" => new Function("loop.changed", Changed, "*"),
        _ => new Undefined($"loop.{name}"),
    };

    private object? Changed(Arguments arguments)
    {
        object?[] now = [.. arguments.Positional];
        var isChanged = !PythonEquality.AreEqual(now, lastChecked);
        lastChecked = now;
        return isChanged;
    }
}
