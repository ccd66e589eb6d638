namespace IclMesh.Inference.Text.Jinja;

/// <summary>A statement of a template.</summary>
/// <param name="Line">Line of the template, from 1.</param>
internal abstract record Statement(int Line)
{
    internal sealed record Data(string Text, int Line) : Statement(Line);

    internal sealed record Output(Expression Value, int Line) : Statement(Line);

    internal sealed record If(IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Otherwise, int Line)
        : Statement(Line);

    internal sealed record For(
        Target Target, Expression Items, Expression? Condition, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Otherwise, int Line)
        : Statement(Line);

    internal sealed record Set(Target Target, Expression Value, int Line) : Statement(Line);

    /// <summary>Assigns what its body writes; the filter, if any, is applied to <see cref="Expression.Body"/>.</summary>
    internal sealed record SetBlock(Target Target, Expression? Filter, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

    internal sealed record FilterBlock(Expression Filter, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

    internal sealed record With(IReadOnlyList<(Target Target, Expression Value)> Variables, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

    /// <summary>A macro; <see cref="Uses"/> holds those of caller, varargs and kwargs that its text names.</summary>
    internal sealed record Macro(
        string Name, IReadOnlyList<(string Name, Expression? Default)> Parameters, IReadOnlyList<Statement> Body, IReadOnlySet<string> Uses, int Line)
        : Statement(Line);

    /// <summary>Calls a macro that calls back its body.</summary>
    internal sealed record CallBlock(Expression.Call Call, Macro Caller, int Line) : Statement(Line);

    internal sealed record LoopControl(bool Breaks, int Line) : Statement(Line);
}
