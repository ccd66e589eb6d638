using System.Runtime.CompilerServices;

namespace IclMesh.Inference.Text.Jinja;

/// <summary>Computes expressions.</summary>
internal sealed class Evaluator(Budget budget)
{
    public object? Evaluate(Expression expression, Scope scope)
    {
        budget.Step();
        RuntimeHelpers.EnsureSufficientExecutionStack();
        try
        {
            return Compute(expression, scope);
        }
        catch (TemplateException error) when (error.Line == 0)
        {
            error.Line = expression.Line;
            throw;
        }
    }

    /// <summary>Calls whatever can be called.</summary>
    public static object? Call(object? target, Arguments arguments) => target switch
    {
        Function function => function.Invoke(arguments),
        Undefined missing => throw missing.Error(),
        _ => throw TemplateException.Value($"{PythonText.TypeName(target)} cannot be called"),
    };

    public Arguments Arguments(CallArguments arguments, Scope scope) => new(
        [.. arguments.Positional.Select(argument => Evaluate(argument, scope))],
        arguments.Named.GroupBy(argument => argument.Name).ToDictionary(group => group.Key, group => Evaluate(group.Last().Value, scope)),
        budget);

    private object? Compute(Expression expression, Scope scope)
    {
        switch (expression)
        {
            case Expression.Constant constant:
                return constant.Value;
            case Expression.Name name:
                return Variable(name.Identifier, scope);
            case Expression.Body:
                return Variable(BodyVariable, scope);
            case Expression.Collection { IsTuple: true } tuple:
                return tuple.Items.Select(item => Evaluate(item, scope)).ToArray();
            case Expression.Collection list:
                return list.Items.Select(item => Evaluate(item, scope)).ToList();
            case Expression.Map map:
                return Map(map, scope);
            case Expression.Attribute attribute:
                return Members.Attribute(Evaluate(attribute.Target, scope), attribute.Identifier);
            case Expression.Item item:
                return Members.Item(Evaluate(item.Target, scope), Evaluate(item.Key, scope));
            case Expression.Slice slice:
                return Members.Slice(
                    Evaluate(slice.Target, scope), Bound(slice.Start, scope), Bound(slice.Stop, scope), Bound(slice.Step, scope), budget);
            case Expression.Call call:
                return Call(Evaluate(call.Target, scope), Arguments(call.Arguments, scope));
            case Expression.Filter filter:
                return Filters.Apply(filter.Identifier, Evaluate(filter.Target, scope), Arguments(filter.Arguments, scope));
            case Expression.Test test:
                return Tests.Apply(test.Identifier, Evaluate(test.Target, scope), Arguments(test.Arguments, scope));
            case Expression.Unary unary:
                return Unary(unary, scope);
            case Expression.Binary binary:
                return Binary(binary, scope);
            case Expression.Comparison comparison:
                return Comparison(comparison, scope);
            case Expression.Conditional conditional:
                return PythonOperators.IsTrue(Evaluate(conditional.Condition, scope))
                    ? Evaluate(conditional.WhenTrue, scope)
                    : conditional.Otherwise is { } otherwise ? Evaluate(otherwise, scope) : new Undefined("the value of an if without else");
            default:
                throw new ArgumentOutOfRangeException(nameof(expression), expression, "is no known expression");
        }
    }

    /// <summary>Holds what the body of a filter or set block wrote; no template can spell it.</summary>
    public const string BodyVariable = "(body)";

    private static object? Variable(string name, Scope scope) =>
        scope.TryGet(name, out var value) ? value : new Undefined($"'{name}'");

    private Mapping Map(Expression.Map map, Scope scope)
    {
        var mapping = new Mapping();
        foreach (var (key, value) in map.Pairs)
        {
            mapping[Members.Key(Evaluate(key, scope))] = Evaluate(value, scope);
        }

        return mapping;
    }

    private long? Bound(Expression? bound, Scope scope) => bound is null ? null : Evaluate(bound, scope) switch
    {
        null => null,
        var value when value is long or bool => PythonOperators.Whole(value),
        var value => throw TemplateException.Value($"a slice needs whole numbers, not {PythonText.TypeName(value)}"),
    };

    private object? Unary(Expression.Unary unary, Scope scope)
    {
        var value = Evaluate(unary.Operand, scope);
        return unary.Operator switch
        {
            "not" => !PythonOperators.IsTrue(value),
            "-" => PythonOperators.Negate(value),
            _ => PythonOperators.TryNumber(value, out _) ? value : throw TemplateException.Value($"+ is not possible with {PythonText.TypeName(value)}"),
        };
    }

    private object? Binary(Expression.Binary binary, Scope scope)
    {
        var left = Evaluate(binary.Left, scope);
        return binary.Operator switch
        {
            "and" => PythonOperators.IsTrue(left) ? Evaluate(binary.Right, scope) : left,
            "or" => PythonOperators.IsTrue(left) ? left : Evaluate(binary.Right, scope),
            _ => PythonOperators.Binary(binary.Operator, left, Evaluate(binary.Right, scope), budget),
        };
    }

    private object? Comparison(Expression.Comparison comparison, Scope scope)
    {
        var left = Evaluate(comparison.First, scope);
        foreach (var (symbol, operand) in comparison.Rest)
        {
            var right = Evaluate(operand, scope);
            if (!PythonOperators.Compare(symbol, left, right))
            {
                return false;
            }

            left = right;
        }

        return true;
    }
}
