using System.Text;

namespace IclMesh.Inference.Text.Jinja;

/// <summary>Runs statements.</summary>
internal sealed class Renderer
{
    private readonly Budget budget;
    private readonly Evaluator evaluator;

    public Renderer(Budget budget)
    {
        this.budget = budget;
        evaluator = new(budget);
    }

    public string Render(IReadOnlyList<Statement> statements, Scope scope)
    {
        var output = new StringBuilder();
        Run(statements, scope, output);
        return output.ToString();
    }

    private Flow Run(IReadOnlyList<Statement> statements, Scope scope, StringBuilder output)
    {
        foreach (var statement in statements)
        {
            budget.Step();
            Flow flow;
            try
            {
                flow = Run(statement, scope, output);
            }
            catch (TemplateException error) when (error.Line == 0)
            {
                error.Line = statement.Line;
                throw;
            }

            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }

    private Flow Run(Statement statement, Scope scope, StringBuilder output)
    {
        switch (statement)
        {
            case Statement.Data data:
                output.Append(budget.Take(data.Text));
                break;
            case Statement.Output value:
                output.Append(budget.Take(PythonText.Str(evaluator.Evaluate(value.Value, scope), budget)));
                break;
            case Statement.If branch:
                return Run(Chosen(branch, scope), scope, output);
            case Statement.For loop:
                return Run(loop, scope, output);
            case Statement.Set set:
                Assign(set.Target, evaluator.Evaluate(set.Value, scope), scope);
                break;
            case Statement.SetBlock set:
                Assign(set.Target, Filtered(set.Filter, Captured(set.Body, scope), scope), scope);
                break;
            case Statement.FilterBlock block:
                output.Append(budget.Take(PythonText.Str(Filtered(block.Filter, Captured(block.Body, scope), scope), budget)));
                break;
            case Statement.With with:
                return Run(with, scope, output);
            case Statement.Macro macro:
                scope.Set(macro.Name, Macro(macro, scope));
                break;
            case Statement.CallBlock call:
                output.Append(budget.Take(PythonText.Str(Run(call, scope), budget)));
                break;
            case Statement.LoopControl control:
                return control.Breaks ? Flow.Break : Flow.Continue;
            default:
                throw new ArgumentOutOfRangeException(nameof(statement), statement, "is no known statement");
        }

        return Flow.Next;
    }

    private IReadOnlyList<Statement> Chosen(Statement.If branch, Scope scope)
    {
        foreach (var (condition, body) in branch.Branches)
        {
            if (PythonOperators.IsTrue(evaluator.Evaluate(condition, scope)))
            {
                return body;
            }
        }

        return branch.Otherwise;
    }

    private Flow Run(Statement.For loop, Scope scope, StringBuilder output)
    {
        var items = PythonOperators.Iterate(evaluator.Evaluate(loop.Items, scope), budget);
        if (loop.Condition is { } condition)
        {
            items = [.. items.Where(item => PythonOperators.IsTrue(evaluator.Evaluate(condition, Inside(loop.Target, item, scope))))];
        }

        if (items.Count == 0)
        {
            return Run(loop.Otherwise, new(scope), output);
        }

        var variable = new Loop(items);
        for (var i = 0; i < items.Count; i++)
        {
            // Every round begins anew: what one round sets the next does not see.
            var inside = Inside(loop.Target, items[i], scope);
            variable.Index = i;
            inside.Set("loop", variable);
            if (Run(loop.Body, inside, output) == Flow.Break)
            {
                break;
            }
        }

        return Flow.Next;
    }

    private Scope Inside(Target target, object? item, Scope scope)
    {
        var inside = new Scope(scope);
        Assign(target, item, inside);
        return inside;
    }

    private Flow Run(Statement.With with, Scope scope, StringBuilder output)
    {
        var inside = new Scope(scope);
        foreach (var (target, value) in with.Variables)
        {
            Assign(target, evaluator.Evaluate(value, scope), inside);
        }

        return Run(with.Body, inside, output);
    }

    private object? Run(Statement.CallBlock call, Scope scope)
    {
        var arguments = evaluator.Arguments(call.Call.Arguments, scope);
        var named = new Dictionary<string, object?>(arguments.Named) { ["caller"] = Macro(call.Caller, scope) };
        return Evaluator.Call(evaluator.Evaluate(call.Call.Target, scope), arguments with { Named = named });
    }

    private Function Macro(Statement.Macro macro, Scope scope) => new(macro.Name, arguments =>
    {
        CheckArguments(macro, arguments);
        var inside = new Scope(scope);
        inside.Set("caller", arguments.Named.GetValueOrDefault("caller") ?? new Undefined("'caller'"));
        inside.Set("varargs", arguments.Positional.Skip(macro.Parameters.Count).ToArray());
        inside.Set("kwargs", Others(macro, arguments));
        for (var i = 0; i < macro.Parameters.Count; i++)
        {
            var (name, otherwise) = macro.Parameters[i];
            inside.Set(name, arguments.Has(i, name)
                ? arguments.Get(i, name)
                : otherwise is null ? new Undefined($"the parameter '{name}'") : evaluator.Evaluate(otherwise, inside));
        }

        return Render(macro.Body, inside);
    }, "*");

    /// <summary>A macro takes what it names, and more only where its body uses <c>varargs</c>, <c>kwargs</c> or <c>caller</c>.</summary>
    private static void CheckArguments(Statement.Macro macro, Arguments arguments)
    {
        if (arguments.Positional.Count > macro.Parameters.Count && !macro.Uses.Contains("varargs"))
        {
            throw TemplateException.Value($"the macro '{macro.Name}' takes at most {macro.Parameters.Count} arguments, not {arguments.Positional.Count}");
        }

        foreach (var name in arguments.Named.Keys)
        {
            if (macro.Parameters.All(parameter => parameter.Name != name) && !macro.Uses.Contains(name == "caller" ? name : "kwargs"))
            {
                throw TemplateException.Value($"the macro '{macro.Name}' takes no argument '{name}'");
            }
        }
    }

    private static Mapping Others(Statement.Macro macro, Arguments arguments)
    {
        var others = new Mapping();
        foreach (var (name, value) in arguments.Named)
        {
            if (name != "caller" && macro.Parameters.All(parameter => parameter.Name != name))
            {
                others[name] = value;
            }
        }

        return others;
    }

    private string Captured(IReadOnlyList<Statement> body, Scope scope) => Render(body, new(scope));

    private object? Filtered(Expression? filter, string text, Scope scope)
    {
        if (filter is null)
        {
            return text;
        }

        var inside = new Scope(scope);
        inside.Set(Evaluator.BodyVariable, text);
        return evaluator.Evaluate(filter, inside);
    }

    private void Assign(Target target, object? value, Scope scope)
    {
        switch (target)
        {
            case Target.Variable variable:
                scope.Set(variable.Name, value);
                break;
            case Target.NamespaceField field:
                if (!scope.TryGet(field.Namespace, out var space) || space is not Namespace fields)
                {
                    throw TemplateException.Value($"'{field.Namespace}' is no namespace, its fields cannot be set");
                }

                fields.Fields[field.Field] = value;
                break;
            case Target.Unpacked unpacked:
                var items = PythonOperators.Iterate(value, budget);
                if (items.Count != unpacked.Parts.Count)
                {
                    throw TemplateException.Value($"{items.Count} values cannot be assigned to {unpacked.Parts.Count} names");
                }

                foreach (var (part, item) in unpacked.Parts.Zip(items))
                {
                    Assign(part, item, scope);
                }

                break;
        }
    }

    /// <summary>How a run of statements ended.</summary>
    private enum Flow
    {
        Next,
        Break,
        Continue,
    }
}
