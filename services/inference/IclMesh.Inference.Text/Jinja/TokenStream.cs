namespace IclMesh.Inference.Text.Jinja;

/// <summary>The tokens of a template, read from left to right.</summary>
internal sealed class TokenStream(IReadOnlyList<Token> tokens)
{
    // Nesting costs stack when a template is parsed and again when it is run.
    private const int MaximumDepth = 100;

    private int position;
    private int depth;

    public int Position => position;

    public Token Current => tokens[position];

    public Token Ahead => tokens[Math.Min(position + 1, tokens.Count - 1)];

    public Token Next()
    {
        var token = tokens[position];
        position = Math.Min(position + 1, tokens.Count - 1);
        return token;
    }

    /// <summary>The names that were read since a position.</summary>
    public IReadOnlySet<string> Names(int start) =>
        tokens.Skip(start).Take(position - start).Where(token => token.Kind == TokenKind.Name).Select(token => token.Text).ToHashSet(StringComparer.Ordinal);

    public bool SkipName(string name) => Skip(Current.IsName(name));

    public bool SkipOperator(string symbol) => Skip(Current.IsOperator(symbol));

    public Token Expect(TokenKind kind) => Current.Kind == kind ? Next() : throw Unexpected($"{kind}");

    public void ExpectName(string name)
    {
        if (!SkipName(name))
        {
            throw Unexpected(name);
        }
    }

    public void ExpectOperator(string symbol)
    {
        if (!SkipOperator(symbol))
        {
            throw Unexpected(symbol);
        }
    }

    /// <summary>Parses one level deeper.</summary>
    public T Nested<T>(Func<T> parse)
    {
        if (++depth > MaximumDepth)
        {
            throw TemplateException.Syntax(Current.Line, $"nested more than {MaximumDepth} deep");
        }

        var parsed = parse();
        depth--;
        return parsed;
    }

    public TemplateException Unexpected(string expected) => TemplateException.Syntax(
        Current.Line, $"{expected} was expected, not {(Current.Text.Length > 0 ? $"'{Current.Text}'" : Current.Kind.ToString())}");

    private bool Skip(bool matches)
    {
        if (matches)
        {
            Next();
        }

        return matches;
    }
}
