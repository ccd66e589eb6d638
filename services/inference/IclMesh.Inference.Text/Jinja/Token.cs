namespace IclMesh.Inference.Text.Jinja;

/// <summary>A token of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Text, name, operator or unescaped literal.</param>
/// <param name="Line">Line of the template, from 1.</param>
/// <param name="Number">The value of a number literal.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Line, object? Number = null)
{
    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;

    public bool IsOperator(string symbol) => Kind == TokenKind.Operator && Text == symbol;
}
