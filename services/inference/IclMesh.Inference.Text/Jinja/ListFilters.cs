namespace IclMesh.Inference.Text.Jinja;

/// <summary>The filters of Jinja that chat templates use on lists. What Jinja yields one by one is a list here.</summary>
internal static class ListFilters
{
    public static readonly Dictionary<string, Signature<Func<object?, Arguments, object?>>> Known = Signature<Func<object?, Arguments, object?>>.Table(new(StringComparer.Ordinal)
    {
        ["batch linecount fill_with"] = Batch,
        ["count"] = (value, _) => PythonOperators.Length(value),
        ["dictsort case_sensitive by reverse"] = SortMapping,
        ["first"] = (value, arguments) => Items(value, arguments) is [var first, ..] ? first : new Undefined("the first item of nothing"),
        ["items"] = (value, _) => Pairs(value),
        ["join d attribute"] = Join,
        ["last"] = (value, arguments) => Items(value, arguments) is [.., var last] ? last : new Undefined("the last item of nothing"),
        ["length"] = (value, _) => PythonOperators.Length(value),
        ["list"] = (value, arguments) => Items(value, arguments).ToList(),
        ["map *"] = Map,
        ["max case_sensitive attribute"] = (value, arguments) => Sorted(value, arguments) is [.., var last] ? last : new Undefined("the largest item of nothing"),
        ["min case_sensitive attribute"] = (value, arguments) => Sorted(value, arguments) is [var first, ..] ? first : new Undefined("the least item of nothing"),
        ["reject *"] = (value, arguments) => Select(value, arguments, keeps: false),
        ["rejectattr *"] = (value, arguments) => SelectBy(value, arguments, keeps: false),
        ["reverse"] = (value, arguments) => value is string
            ? string.Concat(Items(value, arguments).Reverse())
            : Items(value, arguments).Reverse().ToList(),
        ["select *"] = (value, arguments) => Select(value, arguments, keeps: true),
        ["selectattr *"] = (value, arguments) => SelectBy(value, arguments, keeps: true),
        ["sort reverse case_sensitive attribute"] = (value, arguments) => Sort(value, arguments),
        ["sum attribute start"] = Sum,
        ["unique case_sensitive attribute"] = Unique,
    });

    private static IReadOnlyList<object?> Items(object? value, Arguments arguments) => PythonOperators.Iterate(value, arguments.Budget);

    private static List<object?> Pairs(object? value) => value switch
    {
        Mapping mapping => [.. mapping.Select(pair => new[] { pair.Key, pair.Value })],
        Undefined => [],
        _ => throw TemplateException.Value($"items needs a dictionary, not {PythonText.TypeName(value)}"),
    };

    private static object? Join(object? value, Arguments arguments)
    {
        var separator = PythonText.Str(arguments.Get(0, "d", ""), arguments.Budget);
        var path = arguments.Get(1, "attribute");
        var items = Items(value, arguments);
        arguments.Budget.Spend((long)separator.Length * items.Count);
        return string.Join(separator, items.Select(item => PythonText.Str(path is null ? item : Along(item, path), arguments.Budget)));
    }

    private static object? Map(object? value, Arguments arguments)
    {
        var items = Items(value, arguments);
        if (arguments.Positional.Count == 0)
        {
            var path = arguments.Named.GetValueOrDefault("attribute") ?? throw TemplateException.Value("map needs a filter or an attribute");
            var hasDefault = arguments.Named.TryGetValue("default", out var otherwise);
            return items.Select(item => Along(item, path) is var found && found is Undefined && hasDefault ? otherwise : found).ToList();
        }

        var filter = arguments.Text(0, "filter");
        var rest = arguments with { Positional = [.. arguments.Positional.Skip(1)] };
        return items.Select(item => Filters.Apply(filter, item, rest)).ToList();
    }

    private static object? Select(object? value, Arguments arguments, bool keeps)
    {
        var test = arguments.Positional.Count == 0 ? null : arguments.Text(0, "test");
        var rest = arguments with { Positional = [.. arguments.Positional.Skip(1)] };
        return Items(value, arguments).Where(item => Passes(item, test, rest) == keeps).ToList();
    }

    private static object? SelectBy(object? value, Arguments arguments, bool keeps)
    {
        var path = arguments.Required(0, "attribute") ?? throw TemplateException.Value("the argument 'attribute' must not be none");
        var test = arguments.Positional.Count < 2 ? null : arguments.Text(1, "test");
        var rest = arguments with { Positional = [.. arguments.Positional.Skip(2)] };
        return Items(value, arguments).Where(item => Passes(Along(item, path), test, rest) == keeps).ToList();
    }

    private static bool Passes(object? value, string? test, Arguments arguments) =>
        test is null ? PythonOperators.IsTrue(value) : Tests.Apply(test, value, arguments);

    private static List<object?> Sort(object? value, Arguments arguments)
    {
        var isCaseSensitive = PythonOperators.IsTrue(arguments.Get(1, "case_sensitive", false));
        var sorted = Ordered(Items(value, arguments), item => SortKey(item, arguments.Get(2, "attribute"), isCaseSensitive));
        return PythonOperators.IsTrue(arguments.Get(0, "reverse", false)) ? Reversed(sorted, arguments, isCaseSensitive) : sorted;
    }

    /// <summary>Largest first; equal items stay in the order they came in, as a reversed sort of Python leaves them.</summary>
    private static List<object?> Reversed(List<object?> sorted, Arguments arguments, bool isCaseSensitive)
    {
        var groups = new List<List<object?>>();
        foreach (var item in sorted)
        {
            var key = SortKey(item, arguments.Get(2, "attribute"), isCaseSensitive);
            if (groups.Count > 0 && PythonEquality.AreEqual(SortKey(groups[^1][0], arguments.Get(2, "attribute"), isCaseSensitive), key))
            {
                groups[^1].Add(item);
            }
            else
            {
                groups.Add([item]);
            }
        }

        groups.Reverse();
        return [.. groups.SelectMany(group => group)];
    }

    /// <summary>For min and max, whose arguments come in another order than those of sort.</summary>
    private static List<object?> Sorted(object? value, Arguments arguments) => Ordered(
        Items(value, arguments), item => SortKey(item, arguments.Get(1, "attribute"), PythonOperators.IsTrue(arguments.Get(0, "case_sensitive", false))));

    private static List<object?> SortMapping(object? value, Arguments arguments)
    {
        var by = arguments.Text(1, "by", "key") == "value" ? 1L : 0L;
        var isCaseSensitive = PythonOperators.IsTrue(arguments.Get(0, "case_sensitive", false));
        var sorted = Ordered(Pairs(value), pair => SortKey(pair, by, isCaseSensitive));
        return PythonOperators.IsTrue(arguments.Get(2, "reverse", false)) ? [.. sorted.AsEnumerable().Reverse()] : sorted;
    }

    /// <summary>A stable sort; the comparison may throw, which a list's own sort would wrap.</summary>
    private static List<object?> Ordered(IEnumerable<object?> items, Func<object?, object?> key)
    {
        try
        {
            return [.. items.OrderBy(key, Comparer<object?>.Create(PythonOperators.Order))];
        }
        catch (InvalidOperationException wrapped) when (wrapped.InnerException is TemplateException cause)
        {
            throw cause;
        }
    }

    private static object? SortKey(object? item, object? path, bool isCaseSensitive) => (path is null ? item : Along(item, path)) switch
    {
        string text when !isCaseSensitive => text.ToLowerInvariant(),
        var key => key,
    };

    private static object? Unique(object? value, Arguments arguments)
    {
        var isCaseSensitive = PythonOperators.IsTrue(arguments.Get(0, "case_sensitive", false));
        var path = arguments.Get(1, "attribute");
        return Items(value, arguments).DistinctBy(item => SortKey(item, path, isCaseSensitive) is { } key ? Members.Key(key) : typeof(void), PythonEquality.Instance).ToList();
    }

    private static object? Sum(object? value, Arguments arguments)
    {
        var path = arguments.Get(0, "attribute");
        return Items(value, arguments).Aggregate(
            arguments.Get(1, "start", 0L), (sum, item) => PythonOperators.Binary("+", sum, path is null ? item : Along(item, path), arguments.Budget));
    }

    private static object? Batch(object? value, Arguments arguments)
    {
        var size = arguments.Whole(0, "linecount");
        if (size is < 1 or > int.MaxValue)
        {
            throw TemplateException.Value($"the size of a batch must be at least 1, is {size}");
        }

        var batches = Items(value, arguments).Chunk((int)size).Select(batch => batch.ToList()).ToList();
        if (arguments.Get(1, "fill_with") is { } filler && batches is [.., var last])
        {
            arguments.Budget.Spend(size - last.Count);
            last.AddRange(Enumerable.Repeat<object?>(filler, (int)size - last.Count));
        }

        return batches.Cast<object?>().ToList();
    }

    /// <summary>Follows a path such as <c>function.name</c> or <c>0</c>; a part that is missing leaves the rest undefined.</summary>
    private static object? Along(object? item, object path)
    {
        if (path is not string names)
        {
            return Members.Item(item, path);
        }

        foreach (var name in names.Split('.'))
        {
            item = Members.Item(item, long.TryParse(name, out var index) ? index : name);
        }

        return item;
    }
}
