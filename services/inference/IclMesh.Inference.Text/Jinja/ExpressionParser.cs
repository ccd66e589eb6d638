namespace IclMesh.Inference.Text.Jinja;

/// <summary>Parses expressions by Jinja's grammar: conditional, or, and, not, comparison, sum, ~, product, power, unary, postfix, filters and tests.</summary>
internal sealed partial class ExpressionParser(TokenStream tokens)
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    /// <summary>An expression, or several with commas between them, which are a tuple.</summary>
    public Expression TupleOrSingle(bool withConditional = true, bool inParentheses = false)
    {
        var line = tokens.Current.Line;
        var items = new List<Expression>();
        var isTuple = false;
        while (!AtTupleEnd())
        {
            items.Add(Single(withConditional));
            if (!tokens.SkipOperator(","))
            {
                break;
            }

            isTuple = true;
        }

        return isTuple || (items.Count == 0 && inParentheses)
            ? new Expression.Collection(items, IsTuple: true, line)
            : items.Count == 1 ? items[0] : throw tokens.Unexpected("an expression");
    }

    public Expression Single(bool withConditional = true) => tokens.Nested(() => withConditional ? Conditional() : Or());

    /// <summary>Filters after | applied to a value, each to the result of the one before.</summary>
    public Expression Filters(Expression value)
    {
        while (tokens.SkipOperator("|"))
        {
            value = Filter(value);
        }

        return value;
    }

    public Expression Filter(Expression value)
    {
        var name = tokens.Expect(TokenKind.Name);
        Jinja.Filters.Check(name.Text, name.Line);
        return new Expression.Filter(value, name.Text, tokens.Current.IsOperator("(") ? Arguments() : CallArguments.None, name.Line);
    }

    private bool AtTupleEnd() => tokens.Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd or TokenKind.End
        || tokens.Current.IsOperator(")") || tokens.Current.IsName("in") || tokens.Current.IsName("recursive");

    private Expression Conditional()
    {
        var value = Or();
        while (tokens.Current.IsName("if"))
        {
            var line = tokens.Next().Line;
            var condition = Or();
            value = new Expression.Conditional(condition, value, tokens.SkipName("else") ? Single() : null, line);
        }

        return value;
    }

    private Expression Or() => Words("or", () => Words("and", Not));

    private Expression Words(string word, Func<Expression> operand)
    {
        var left = operand();
        while (tokens.Current.IsName(word))
        {
            var line = tokens.Next().Line;
            left = new Expression.Binary(word, left, operand(), line);
        }

        return left;
    }

    private Expression Not()
    {
        var line = tokens.Current.Line;
        return tokens.SkipName("not") ? new Expression.Unary("not", tokens.Nested(Not), line) : Comparison();
    }

    private Expression Comparison()
    {
        var first = Sum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (tokens.Current.Kind == TokenKind.Operator && Comparisons.Contains(tokens.Current.Text))
            {
                rest.Add((tokens.Next().Text, Sum()));
            }
            else if (tokens.SkipName("in"))
            {
                rest.Add(("in", Sum()));
            }
            else if (tokens.Current.IsName("not") && tokens.Ahead.IsName("in"))
            {
                tokens.Next();
                tokens.Next();
                rest.Add(("not in", Sum()));
            }
            else
            {
                return rest.Count == 0 ? first : new Expression.Comparison(first, rest, first.Line);
            }
        }
    }

    private Expression Sum() => Symbols(["+", "-"], () => Symbols(["~"], () => Symbols(["*", "/", "//", "%"], () => Symbols(["**"], () => Unary(withFilters: true)))));

    private Expression Symbols(string[] symbols, Func<Expression> operand)
    {
        var left = operand();
        while (tokens.Current.Kind == TokenKind.Operator && symbols.Contains(tokens.Current.Text))
        {
            var symbol = tokens.Next();
            left = new Expression.Binary(symbol.Text, left, operand(), symbol.Line);
        }

        return left;
    }

    private Expression Unary(bool withFilters)
    {
        var line = tokens.Current.Line;
        var value = tokens.SkipOperator("-") ? new Expression.Unary("-", tokens.Nested(() => Unary(withFilters: false)), line)
            : tokens.SkipOperator("+") ? new Expression.Unary("+", tokens.Nested(() => Unary(withFilters: false)), line)
            : Primary();
        value = Postfix(value);
        return withFilters ? FiltersAndTests(value) : value;
    }

    private Expression FiltersAndTests(Expression value)
    {
        while (true)
        {
            if (tokens.SkipOperator("|"))
            {
                value = Filter(value);
            }
            else if (tokens.Current.IsName("is"))
            {
                value = Test(value);
            }
            else if (tokens.Current.IsOperator("("))
            {
                value = new Expression.Call(value, Arguments(), value.Line);
            }
            else
            {
                return value;
            }
        }
    }

    private Expression Test(Expression value)
    {
        var line = tokens.Next().Line;
        var isNegated = tokens.SkipName("not");
        var name = tokens.Expect(TokenKind.Name);
        Tests.Check(name.Text, name.Line);
        var arguments = CallArguments.None;
        if (tokens.Current.IsOperator("("))
        {
            arguments = Arguments();
        }
        else if (tokens.Current.Kind is TokenKind.Text or TokenKind.Number
            || tokens.Current.IsOperator("[") || tokens.Current.IsOperator("{")
            || (tokens.Current.Kind == TokenKind.Name && tokens.Current.Text is not ("else" or "or" or "and")))
        {
            arguments = new([Postfix(Primary())], []);
        }

        var test = new Expression.Test(value, name.Text, arguments, line);
        return isNegated ? new Expression.Unary("not", test, line) : test;
    }
}
