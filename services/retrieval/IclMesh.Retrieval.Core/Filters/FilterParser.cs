using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Filters;

/// <summary>Parses filter expressions by recursive descent, with limits on length, depth and size.</summary>
internal sealed class FilterParser
{
    /// <summary>Most characters of an expression.</summary>
    public const int MaxLength = 16_384;

    /// <summary>Most brackets and negations within one another.</summary>
    public const int MaxDepth = 32;

    /// <summary>Most tests and values of an expression.</summary>
    public const int MaxSize = 1_024;

    private static readonly string[] Keywords = ["and", "or", "not", "in", "exists", "true", "false"];

    private readonly FilterLexer lexer;
    private FilterToken current;
    private int depth;
    private int size;

    /// <summary>Reads the first token.</summary>
    /// <param name="text">The expression.</param>
    public FilterParser(string text)
    {
        if (text.Length > MaxLength)
        {
            throw MeshException.Invalid("filter", $"must have at most {MaxLength} characters, has {text.Length}");
        }

        lexer = new(text);
        current = lexer.Next();
    }

    /// <summary>Parses the whole expression.</summary>
    public FilterNode Parse()
    {
        var node = Alternatives();
        return current.Kind == FilterTokenKind.End ? node : throw Unexpected("'and', 'or' or the end");
    }

    private FilterNode Alternatives()
    {
        List<FilterNode> parts = [Conjunction()];
        while (TakeName("or"))
        {
            parts.Add(Conjunction());
        }

        return parts.Count == 1 ? parts[0] : new FilterNode.Any(parts);
    }

    private FilterNode Conjunction()
    {
        List<FilterNode> parts = [Part()];
        while (TakeName("and"))
        {
            parts.Add(Part());
        }

        return parts.Count == 1 ? parts[0] : new FilterNode.All(parts);
    }

    private FilterNode Part()
    {
        var start = current.Position;
        if (TakeName("not"))
        {
            return Deeper(start, () => new FilterNode.Not(Part()));
        }

        if (TakeSymbol("("))
        {
            var inner = Deeper(start, Alternatives);
            Expect(")");
            return inner;
        }

        Grow(start);
        if (TakeName("exists"))
        {
            Expect("(");
            var field = Field();
            Expect(")");
            return new FilterNode.Exists(field);
        }

        return Test(Field());
    }

    private FilterNode Test(FilterField field)
    {
        var negated = TakeName("not");
        if (TakeName("in"))
        {
            var membership = new FilterNode.In(field, Values(field));
            return negated ? new FilterNode.Not(membership) : membership;
        }

        if (negated)
        {
            throw Unexpected("'in'");
        }

        var operation = current.Text switch
        {
            "==" or "=" => FilterOperator.Equal,
            "!=" => FilterOperator.NotEqual,
            "<" => FilterOperator.Less,
            "<=" => FilterOperator.LessOrEqual,
            ">" => FilterOperator.Greater,
            ">=" => FilterOperator.GreaterOrEqual,
            _ => throw Unexpected("a comparison"),
        };
        if (current.Kind != FilterTokenKind.Symbol)
        {
            throw Unexpected("a comparison");
        }

        Advance();
        var start = current.Position;
        var value = Value(field);
        return value.Kind != MetadataKind.Flag || operation is FilterOperator.Equal or FilterOperator.NotEqual
            ? new FilterNode.Compare(field, operation, value)
            : throw FilterLexer.Error(start, "true and false have no order");
    }

    private HashSet<MetadataValue> Values(FilterField field)
    {
        Expect("(");
        HashSet<MetadataValue> values = [];
        do
        {
            var start = current.Position;
            Grow(start);
            var value = Value(field);
            if (values.Count > 0 && values.First().Kind != value.Kind)
            {
                throw FilterLexer.Error(start, $"the list holds {Describe(values.First().Kind)}, this is {Describe(value.Kind)}");
            }

            values.Add(value);
        }
        while (TakeSymbol(","));
        Expect(")");
        return values;
    }

    private FilterField Field()
    {
        var name = current;
        if (name.Kind != FilterTokenKind.Name || Keywords.Contains(name.Text))
        {
            throw Unexpected("a field");
        }

        Advance();
        return name.Text switch
        {
            "id" => new(FilterFieldKind.Id, ""),
            "label" => new(FilterFieldKind.Label, ""),
            "split" => new(FilterFieldKind.Split, ""),
            "version" => new(FilterFieldKind.Version, ""),
            "metadata" => new(FilterFieldKind.Metadata, MetadataKey()),
            _ => throw FilterLexer.Error(name.Position, $"there is no field {name}; fields are id, label, split, version, metadata.NAME and metadata[\"NAME\"]"),
        };
    }

    private string MetadataKey()
    {
        if (TakeSymbol("."))
        {
            return current.Kind == FilterTokenKind.Name ? Take().Text : throw Unexpected("a name");
        }

        Expect("[");
        var key = current.Kind == FilterTokenKind.Text ? Take().Text : throw Unexpected("a string");
        Expect("]");
        return key;
    }

    private MetadataValue Value(FilterField field)
    {
        var start = current.Position;
        var value = current switch
        {
            { Kind: FilterTokenKind.Text } => MetadataValue.Of(current.Text),
            { Kind: FilterTokenKind.Number } => current.Number,
            { Kind: FilterTokenKind.Name, Text: "true" } => MetadataValue.Of(true),
            { Kind: FilterTokenKind.Name, Text: "false" } => MetadataValue.Of(false),
            _ => throw Unexpected("a value"),
        };
        Advance();
        return field.Type is { } type && type != value.Kind
            ? throw FilterLexer.Error(start, $"{field} is {Describe(type)}, this is {Describe(value.Kind)}")
            : value;
    }

    private static string Describe(MetadataKind kind) => kind switch
    {
        MetadataKind.Text => "text",
        MetadataKind.Number => "a number",
        _ => "a Boolean",
    };

    private FilterNode Deeper(int start, Func<FilterNode> parse)
    {
        if (++depth > MaxDepth)
        {
            throw FilterLexer.Error(start, $"more than {MaxDepth} brackets and negations within one another");
        }

        var node = parse();
        depth--;
        return node;
    }

    private void Grow(int start)
    {
        if (++size > MaxSize)
        {
            throw FilterLexer.Error(start, $"more than {MaxSize} tests and values");
        }
    }

    private bool TakeName(string name) => TakeIf(current.Kind == FilterTokenKind.Name && current.Text == name);

    private bool TakeSymbol(string symbol) => TakeIf(current.Kind == FilterTokenKind.Symbol && current.Text == symbol);

    private bool TakeIf(bool matches)
    {
        if (matches)
        {
            Advance();
        }

        return matches;
    }

    private FilterToken Take()
    {
        var token = current;
        Advance();
        return token;
    }

    private void Expect(string symbol)
    {
        if (!TakeSymbol(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    private void Advance() => current = lexer.Next();

    private MeshException Unexpected(string expected) => FilterLexer.Error(current.Position, $"expected {expected}, found {current}");
}
