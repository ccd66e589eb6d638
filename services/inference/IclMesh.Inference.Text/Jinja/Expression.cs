namespace IclMesh.Inference.Text.Jinja;

/// <summary>An expression of a template.</summary>
/// <param name="Line">Line of the template, from 1.</param>
internal abstract record Expression(int Line)
{
    internal sealed record Constant(object? Value, int Line) : Expression(Line);

    internal sealed record Name(string Identifier, int Line) : Expression(Line);

    internal sealed record Collection(IReadOnlyList<Expression> Items, bool IsTuple, int Line) : Expression(Line);

    internal sealed record Map(IReadOnlyList<(Expression Key, Expression Value)> Pairs, int Line) : Expression(Line);

    internal sealed record Attribute(Expression Target, string Identifier, int Line) : Expression(Line);

    internal sealed record Item(Expression Target, Expression Key, int Line) : Expression(Line);

    internal sealed record Slice(Expression Target, Expression? Start, Expression? Stop, Expression? Step, int Line) : Expression(Line);

    internal sealed record Call(Expression Target, CallArguments Arguments, int Line) : Expression(Line);

    internal sealed record Filter(Expression Target, string Identifier, CallArguments Arguments, int Line) : Expression(Line);

    internal sealed record Test(Expression Target, string Identifier, CallArguments Arguments, int Line) : Expression(Line);

    internal sealed record Unary(string Operator, Expression Operand, int Line) : Expression(Line);

    internal sealed record Binary(string Operator, Expression Left, Expression Right, int Line) : Expression(Line);

    internal sealed record Comparison(Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest, int Line) : Expression(Line);

    internal sealed record Conditional(Expression Condition, Expression WhenTrue, Expression? Otherwise, int Line) : Expression(Line);

    /// <summary>The value that a filter block or a set block filters; it has no expression of its own.</summary>
    internal sealed record Body(int Line) : Expression(Line);
}
