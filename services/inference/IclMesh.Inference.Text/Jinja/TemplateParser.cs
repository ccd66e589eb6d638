namespace IclMesh.Inference.Text.Jinja;

/// <summary>Parses a template into statements.</summary>
internal sealed class TemplateParser
{
    private readonly TokenStream tokens;
    private readonly ExpressionParser expressions;

    private TemplateParser(TokenStream tokens)
    {
        this.tokens = tokens;
        expressions = new(tokens);
    }

    public static IReadOnlyList<Statement> Parse(string template)
    {
        var parser = new TemplateParser(new(TemplateLexer.Read(template)));
        return parser.Until();
    }

    /// <summary>Statements up to a block that begins with one of some words, or to the end of the template where none are given.</summary>
    private List<Statement> Until(params string[] words)
    {
        var statements = new List<Statement>();
        while (tokens.Current.Kind != TokenKind.End)
        {
            var token = tokens.Next();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    statements.Add(new Statement.Data(token.Text, token.Line));
                    break;
                case TokenKind.VariableBegin:
                    statements.Add(new Statement.Output(expressions.TupleOrSingle(), token.Line));
                    tokens.Expect(TokenKind.VariableEnd);
                    break;
                default:
                    if (tokens.Current.Kind == TokenKind.Name && words.Contains(tokens.Current.Text))
                    {
                        return statements;
                    }

                    statements.AddRange(tokens.Nested(Block));
                    tokens.Expect(TokenKind.BlockEnd);
                    break;
            }
        }

        return words.Length == 0 ? statements : throw TemplateException.Syntax(tokens.Current.Line, $"the template ends before {string.Join(" or ", words)}");
    }

    /// <summary>The statements inside a block: behind its opening tag up to the word that closes it.</summary>
    private List<Statement> Body(params string[] words)
    {
        tokens.SkipOperator(":");
        tokens.Expect(TokenKind.BlockEnd);
        return Until(words);
    }

    private IReadOnlyList<Statement> Block()
    {
        var word = tokens.Expect(TokenKind.Name);
        switch (word.Text)
        {
            case "if":
                return [If(word.Line)];
            case "for":
                return [For(word.Line)];
            case "set":
                return [Set(word.Line)];
            case "macro":
                return [Macro(word.Line)];
            case "call":
                return [CallBlock(word.Line)];
            case "filter":
                var filter = expressions.Filters(expressions.Filter(new Expression.Body(word.Line)));
                return [new Statement.FilterBlock(filter, Closed("endfilter"), word.Line)];
            case "with":
                return [With(word.Line)];
            case "generation":
                // Marks what a model wrote, for training; it changes nothing in the text.
                return Closed("endgeneration");
            case "break" or "continue":
                return [new Statement.LoopControl(word.Text == "break", word.Line)];
            default:
                throw new TemplateException(TemplateFault.Unsupported, $"the tag '{word.Text}' is not supported") { Line = word.Line };
        }
    }

    private List<Statement> Closed(string word)
    {
        var body = Body(word);
        tokens.ExpectName(word);
        return body;
    }

    private Statement.If If(int line)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        do
        {
            var condition = expressions.TupleOrSingle(withConditional: false);
            branches.Add((condition, Body("elif", "else", "endif")));
        }
        while (tokens.SkipName("elif"));

        var otherwise = tokens.SkipName("else") ? Body("endif") : [];
        tokens.ExpectName("endif");
        return new(branches, otherwise, line);
    }

    private Statement.For For(int line)
    {
        var target = Target();
        tokens.ExpectName("in");
        var items = expressions.TupleOrSingle(withConditional: false);
        var condition = tokens.SkipName("if") ? expressions.Single() : null;
        if (tokens.Current.IsName("recursive"))
        {
            throw new TemplateException(TemplateFault.Unsupported, "recursive loops are not supported") { Line = line };
        }

        var body = Body("else", "endfor");
        var otherwise = tokens.SkipName("else") ? Body("endfor") : [];
        tokens.ExpectName("endfor");
        return new(target, items, condition, body, otherwise, line);
    }

    private Statement Set(int line)
    {
        var target = Target();
        if (tokens.SkipOperator("="))
        {
            return new Statement.Set(target, expressions.TupleOrSingle(), line);
        }

        var filter = tokens.Current.IsOperator("|") ? expressions.Filters(new Expression.Body(line)) : null;
        return new Statement.SetBlock(target, filter, Closed("endset"), line);
    }

    private Statement.Macro Macro(int line)
    {
        var name = tokens.Expect(TokenKind.Name).Text;
        var start = tokens.Position;
        var (parameters, body) = (Parameters(), Closed("endmacro"));
        return new(name, parameters, body, tokens.Names(start), line);
    }

    private Statement.CallBlock CallBlock(int line)
    {
        var parameters = tokens.Current.IsOperator("(") ? Parameters() : [];
        var start = tokens.Position;
        return expressions.Postfix(expressions.Primary()) is Expression.Call call
            ? new(call, new("caller", parameters, Closed("endcall"), tokens.Names(start), line), line)
            : throw TemplateException.Syntax(line, "call needs the call of a macro");
    }

    private List<(string, Expression?)> Parameters()
    {
        var parameters = new List<(string, Expression?)>();
        tokens.ExpectOperator("(");
        while (!tokens.SkipOperator(")"))
        {
            parameters.Add((tokens.Expect(TokenKind.Name).Text, tokens.SkipOperator("=") ? expressions.Single() : null));
            if (!tokens.Current.IsOperator(")"))
            {
                tokens.ExpectOperator(",");
            }
        }

        return parameters;
    }

    private Statement.With With(int line)
    {
        var variables = new List<(Target, Expression)>();
        while (tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (variables.Count > 0)
            {
                tokens.ExpectOperator(",");
            }

            var target = Target();
            tokens.ExpectOperator("=");
            variables.Add((target, expressions.Single()));
        }

        return new(variables, Closed("endwith"), line);
    }

    private Target Target()
    {
        var parts = new List<Target> { SingleTarget() };
        var isTuple = false;
        while (tokens.SkipOperator(","))
        {
            isTuple = true;
            if (tokens.Current.Kind != TokenKind.Name || tokens.Current.IsName("in"))
            {
                break;
            }

            parts.Add(SingleTarget());
        }

        return isTuple ? new Target.Unpacked(parts) : parts[0];
    }

    private Target SingleTarget()
    {
        if (tokens.SkipOperator("("))
        {
            var inner = Target();
            tokens.ExpectOperator(")");
            return inner;
        }

        var name = tokens.Expect(TokenKind.Name);
        if (name.Text is "true" or "false" or "none" or "True" or "False" or "None")
        {
            throw TemplateException.Syntax(name.Line, $"'{name.Text}' cannot be assigned to");
        }

        return tokens.SkipOperator(".")
            ? new Target.NamespaceField(name.Text, tokens.Expect(TokenKind.Name).Text)
            : new Target.Variable(name.Text);
    }
}
