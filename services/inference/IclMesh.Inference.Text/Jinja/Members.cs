namespace IclMesh.Inference.Text.Jinja;

/// <summary>Attributes, items and slices of values.</summary>
internal static class Members
{
    /// <summary><c>value.name</c>: a method first, then an item of that name.</summary>
    public static object? Attribute(object? target, string name) => target switch
    {
        Undefined missing => throw missing.Error(),
        Loop loop => loop.Get(name),
        Namespace space => space.Fields.TryGetValue(name, out var value) ? value : new Undefined($"'{name}'"),
        _ => Methods.Find(target, name) ?? Find(target, name),
    };

    /// <summary><c>value[key]</c>: an item first, then a method of that name.</summary>
    public static object? Item(object? target, object? key)
    {
        switch (target)
        {
            case Undefined missing:
                throw missing.Error();
            case IReadOnlyList<object?> items when key is long or bool:
                var index = Index(PythonOperators.Whole(key), items.Count);
                return index >= 0 ? items[index] : new Undefined($"item {key} of a list of {items.Count}");
            case string text when key is long or bool:
                var characters = PythonText.Characters(text);
                var at = Index(PythonOperators.Whole(key), characters.Count);
                return at >= 0 ? characters[at] : new Undefined($"character {key} of a text of {characters.Count}");
            case Mapping mapping when key is not null && mapping.TryGetValue(key, out var value):
                return value;
            default:
                return key is string name ? Attribute(target, name) : new Undefined($"item {key ?? "none"}");
        }
    }

    /// <summary>A slice with Python's rules for missing, negative and too large bounds.</summary>
    public static object? Slice(object? target, long? start, long? stop, long? step, Budget budget)
    {
        var items = target switch
        {
            string text => PythonText.Characters(text),
            IReadOnlyList<object?> list => list,
            Undefined missing => throw missing.Error(),
            _ => throw TemplateException.Value($"{PythonText.TypeName(target)} cannot be sliced"),
        };
        var stride = step ?? 1;
        if (stride == 0)
        {
            throw TemplateException.Value("the step of a slice must not be 0");
        }

        var count = items.Count;
        var (low, high) = stride > 0 ? (0L, (long)count) : (-1L, count - 1L);
        var from = Clamp(start, stride > 0 ? low : high);
        var to = Clamp(stop, stride > 0 ? high : low);
        if (target is RangeValue range)
        {
            return range.Slice(from, to, stride);
        }

        var picked = new List<object?>();
        for (var i = from; stride > 0 ? i < to : i > to; i = stride > count || stride < -count ? to : i + stride)
        {
            picked.Add(items[(int)i]);
        }

        budget.Spend(picked.Count + (target is string ? count : 0));
        return target switch { string => string.Concat(picked), object?[] => picked.ToArray(), _ => picked };

        long Clamp(long? bound, long otherwise) =>
            bound is not { } given ? otherwise : Math.Clamp(given < 0 ? Math.Max(given, long.MinValue + count) + count : given, low, high);
    }

    /// <summary>A value that can be a key.</summary>
    public static object Key(object? key) => key switch
    {
        string or long or double or bool or object?[] or RangeValue => key,
        _ => throw TemplateException.Value($"{PythonText.TypeName(key)} cannot be a key"),
    };

    private static object? Find(object? target, string name) =>
        target is Mapping mapping && mapping.TryGetValue(name, out var value) ? value : new Undefined($"'{name}' of {PythonText.TypeName(target)}");

    private static int Index(long index, int count)
    {
        var position = index < 0 ? Math.Max(index, -count - 1L) + count : index;
        return position >= 0 && position < count ? (int)position : -1;
    }
}
