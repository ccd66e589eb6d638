namespace IclMesh.Inference.Text.Jinja;

/// <summary>The operands of expressions: literals and names, and what binds to them directly.</summary>
internal sealed partial class ExpressionParser
{
    public CallArguments Arguments()
    {
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        tokens.ExpectOperator("(");
        while (!tokens.SkipOperator(")"))
        {
            if (tokens.Current.IsOperator("*") || tokens.Current.IsOperator("**"))
            {
                throw new TemplateException(TemplateFault.Unsupported, "unpacking arguments with * or ** is not supported") { Line = tokens.Current.Line };
            }

            if (tokens.Current.Kind == TokenKind.Name && tokens.Ahead.IsOperator("="))
            {
                var name = tokens.Next().Text;
                tokens.Next();
                named.Add((name, Single()));
            }
            else if (named.Count == 0)
            {
                positional.Add(Single());
            }
            else
            {
                throw tokens.Unexpected("an argument by name");
            }

            if (!tokens.Current.IsOperator(")"))
            {
                tokens.ExpectOperator(",");
            }
        }

        return new(positional, named);
    }

    public Expression Primary()
    {
        var token = tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                tokens.Next();
                return token.Text switch
                {
                    "true" or "True" => new Expression.Constant(true, token.Line),
                    "false" or "False" => new Expression.Constant(false, token.Line),
                    "none" or "None" => new Expression.Constant(null, token.Line),
                    _ => new Expression.Name(token.Text, token.Line),
                };
            case TokenKind.Text:
                var text = "";
                while (tokens.Current.Kind == TokenKind.Text)
                {
                    text += tokens.Next().Text;
                }

                return new Expression.Constant(text, token.Line);
            case TokenKind.Number:
                return new Expression.Constant(tokens.Next().Number, token.Line);
            case TokenKind.Operator when tokens.SkipOperator("("):
                var inner = TupleOrSingle(inParentheses: true);
                tokens.ExpectOperator(")");
                return inner;
            case TokenKind.Operator when tokens.SkipOperator("["):
                return new Expression.Collection(Items("]", () => Single()), IsTuple: false, token.Line);
            case TokenKind.Operator when tokens.SkipOperator("{"):
                return new Expression.Map(Items("}", Pair), token.Line);
            default:
                throw tokens.Unexpected("an expression");
        }
    }

    public Expression Postfix(Expression value)
    {
        while (true)
        {
            var line = tokens.Current.Line;
            if (tokens.SkipOperator("."))
            {
                value = tokens.Current.Kind == TokenKind.Number
                    ? new Expression.Item(value, new Expression.Constant(tokens.Next().Number, line), line)
                    : new Expression.Attribute(value, tokens.Expect(TokenKind.Name).Text, line);
            }
            else if (tokens.SkipOperator("["))
            {
                value = Subscript(value, line);
                tokens.ExpectOperator("]");
            }
            else if (tokens.Current.IsOperator("("))
            {
                value = new Expression.Call(value, Arguments(), line);
            }
            else
            {
                return value;
            }
        }
    }

    private Expression Subscript(Expression target, int line)
    {
        var start = tokens.Current.IsOperator(":") ? null : Single();
        if (start is not null && !tokens.Current.IsOperator(":"))
        {
            return new Expression.Item(target, start, line);
        }

        tokens.ExpectOperator(":");
        var stop = tokens.Current.IsOperator(":") || tokens.Current.IsOperator("]") ? null : Single();
        var step = tokens.SkipOperator(":") && !tokens.Current.IsOperator("]") ? Single() : null;
        return new Expression.Slice(target, start, stop, step, line);
    }

    private (Expression Key, Expression Value) Pair()
    {
        var key = Single();
        tokens.ExpectOperator(":");
        return (key, Single());
    }

    private List<T> Items<T>(string closing, Func<T> parse)
    {
        var items = new List<T>();
        while (!tokens.SkipOperator(closing))
        {
            items.Add(parse());
            if (!tokens.Current.IsOperator(closing))
            {
                tokens.ExpectOperator(",");
            }
        }

        return items;
    }
}
