using System.Text;

namespace IclMesh.Inference.Text.Jinja;

/// <summary>The operators of Python on the values of a template: null, truth values, whole and real numbers, texts, lists, tuples, dictionaries.</summary>
internal static class PythonOperators
{
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool truth => truth,
        long whole => whole != 0,
        double real => real != 0,
        string text => text.Length > 0,
        IReadOnlyList<object?> items => items.Count > 0,
        Mapping mapping => mapping.Count > 0,
        _ => true,
    };

    public static bool TryNumber(object? value, out double number)
    {
        number = value switch { bool truth => truth ? 1 : 0, long whole => whole, double real => real, _ => 0 };
        return value is bool or long or double;
    }

    /// <summary>A truth value or whole number as a whole number.</summary>
    public static long Whole(object? value) => value is bool truth ? truth ? 1 : 0 : (long)value!;

    /// <summary>Applies an operator on two values.</summary>
    public static object? Binary(string symbol, object? left, object? right, Budget budget)
    {
        try
        {
            return checked(symbol switch
            {
                "~" => budget.Take(PythonText.Str(left, budget) + PythonText.Str(right, budget)),
                "+" when left is string a && right is string b => budget.Take(a + b),
                "+" when left is List<object?> a && right is List<object?> b => budget.Take(new List<object?>([.. a, .. b])),
                "+" when left is object?[] a && right is object?[] b => budget.Take<object?[]>([.. a, .. b]),
                "*" when left is string text && right is long or bool => Repeat(text, Whole(right), budget),
                "*" when right is string text && left is long or bool => Repeat(text, Whole(left), budget),
                "*" when left is List<object?> or object?[] && right is long or bool => Repeat((IReadOnlyList<object?>)left, Whole(right), budget),
                "*" when right is List<object?> or object?[] && left is long or bool => Repeat((IReadOnlyList<object?>)right, Whole(left), budget),
                "%" when left is string => throw new TemplateException(TemplateFault.Unsupported, "formatting a text with % is not supported"),
                _ when left is Undefined missing => throw missing.Error(),
                _ when right is Undefined missing => throw missing.Error(),
                _ when TryNumber(left, out var a) && TryNumber(right, out var b) =>
                    symbol == "/" || left is double || right is double ? Real(symbol, a, b) : Whole(symbol, Whole(left), Whole(right)),
                _ => throw TemplateException.Value($"{symbol} is not possible with {PythonText.TypeName(left)} and {PythonText.TypeName(right)}"),
            });
        }
        catch (OverflowException)
        {
            throw TemplateException.Value($"the result of {symbol} is too large");
        }
    }

    public static object Negate(object? value) => value switch
    {
        long.MinValue => throw TemplateException.Value("the result of - is too large"),
        long or bool => (object)-Whole(value),
        double real => -real,
        Undefined missing => throw missing.Error(),
        _ => throw TemplateException.Value($"- is not possible with {PythonText.TypeName(value)}"),
    };

    public static bool Compare(string symbol, object? left, object? right) => symbol switch
    {
        "==" => PythonEquality.AreEqual(left, right),
        "!=" => !PythonEquality.AreEqual(left, right),
        "in" => Contains(right, left),
        "not in" => !Contains(right, left),
        "<" => Order(left, right) < 0,
        "<=" => Order(left, right) <= 0,
        ">" => Order(left, right) > 0,
        _ => Order(left, right) >= 0,
    };

    /// <summary>Negative, zero or positive, for numbers, texts (by code point) and lists.</summary>
    public static int Order(object? left, object? right)
    {
        if (TryNumber(left, out var a) && TryNumber(right, out var b))
        {
            return left is double || right is double ? a.CompareTo(b) : Whole(left).CompareTo(Whole(right));
        }

        switch (left, right)
        {
            case (string text, string other):
                return CompareText(text, other);
            case (IReadOnlyList<object?> items, IReadOnlyList<object?> others) when left.GetType() == right.GetType() && left is not RangeValue:
                var different = items.Zip(others).FirstOrDefault(pair => !PythonEquality.AreEqual(pair.First, pair.Second), (First: null, Second: null));
                return different is (null, null) ? items.Count.CompareTo(others.Count) : Order(different.First, different.Second);
            case (Undefined missing, _):
                throw missing.Error();
            case (_, Undefined missing):
                throw missing.Error();
            default:
                throw TemplateException.Value($"{PythonText.TypeName(left)} and {PythonText.TypeName(right)} have no order");
        }
    }

    public static bool Contains(object? container, object? item) => container switch
    {
        string text => item is string part
            ? MarkedText.Plain(text).Contains(MarkedText.Plain(part), StringComparison.Ordinal)
            : throw TemplateException.Value($"a text can contain texts only, not {PythonText.TypeName(item)}"),
        IReadOnlyList<object?> items => items.Any(other => PythonEquality.AreEqual(other, item)),
        Mapping mapping => item is not null && mapping.ContainsKey(Members.Key(item)),
        Undefined => false,
        _ => throw TemplateException.Value($"{PythonText.TypeName(container)} contains nothing"),
    };

    /// <summary>The items of a list, characters of a text, keys of a dictionary.</summary>
    public static IReadOnlyList<object?> Iterate(object? value, Budget budget) => value switch
    {
        IReadOnlyList<object?> items => items,
        string text => budget.Take(PythonText.Characters(text)),
        Mapping mapping => budget.Take(new List<object?>(mapping.Keys)),
        Undefined => [],
        _ => throw TemplateException.Value($"{PythonText.TypeName(value)} cannot be iterated over"),
    };

    public static long Length(object? value) => value switch
    {
        string text => PythonText.Length(text),
        IReadOnlyList<object?> items => items.Count,
        Mapping mapping => mapping.Count,
        Undefined => 0,
        _ => throw TemplateException.Value($"{PythonText.TypeName(value)} has no length"),
    };

    private static int CompareText(string left, string right)
    {
        // UTF-16 order differs from that of code points where surrogates meet U+E000 to U+FFFF.
        using var a = MarkedText.Plain(left).EnumerateRunes().GetEnumerator();
        using var b = MarkedText.Plain(right).EnumerateRunes().GetEnumerator();
        while (true)
        {
            bool hasA = a.MoveNext(), hasB = b.MoveNext();
            if (!hasA || !hasB)
            {
                return hasA.CompareTo(hasB);
            }

            if (a.Current != b.Current)
            {
                return a.Current.CompareTo(b.Current);
            }
        }
    }

    private static object Whole(string symbol, long left, long right) => checked(symbol switch
    {
        "+" => (object)(left + right),
        "-" => left - right,
        "*" => left * right,
        "//" => right == 0 ? throw DivisionByZero() : (left / right) - (left % right != 0 && (left < 0) != (right < 0) ? 1 : 0),
        "%" => right == 0 ? throw DivisionByZero() : right == -1 ? 0L : ((left % right) + right) % right,
        "**" => right < 0 ? (object)NegativePower(left, right) : Power(left, right),
        _ => throw TemplateException.Value($"{symbol} is not possible with numbers"),
    });

    private static object Real(string symbol, double left, double right) => symbol switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => right == 0 ? throw DivisionByZero() : left / right,
        "//" => right == 0 ? throw DivisionByZero() : Math.Floor(left / right),
        "%" => right == 0 ? throw DivisionByZero() : left - (right * Math.Floor(left / right)),
        "**" => right < 0 ? NegativePower(left, right) : Math.Pow(left, right),
        _ => throw TemplateException.Value($"{symbol} is not possible with numbers"),
    };

    private static double NegativePower(double value, double exponent) => value == 0 ? throw DivisionByZero() : Math.Pow(value, exponent);

    private static long Power(long value, long exponent)
    {
        if (value is 0 or 1 or -1)
        {
            return exponent == 0 ? 1 : value == -1 && exponent % 2 == 0 ? 1 : value;
        }

        // Anything else overflows after at most 63 steps.
        long power = 1;
        for (; exponent > 0; exponent--)
        {
            power = checked(power * value);
        }

        return power;
    }

    private static string Repeat(string text, long count, Budget budget)
    {
        budget.Spend(Math.Max(0, checked(text.Length * count)));
        return count <= 0 ? "" : new StringBuilder().Insert(0, text, (int)count).ToString();
    }

    private static IReadOnlyList<object?> Repeat(IReadOnlyList<object?> items, long count, Budget budget)
    {
        budget.Spend(Math.Max(0, checked(items.Count * count)));
        var repeated = Enumerable.Repeat(items, (int)Math.Max(0, count)).SelectMany(copy => copy);
        return items is Array ? repeated.ToArray() : repeated.ToList();
    }

    private static TemplateException DivisionByZero() => TemplateException.Value("division by zero");
}
