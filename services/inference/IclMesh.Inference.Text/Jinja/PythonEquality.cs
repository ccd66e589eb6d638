namespace IclMesh.Inference.Text.Jinja;

/// <summary>Equality of Python: numbers and truth values by value whatever their type, texts, lists and dictionaries by content.</summary>
internal sealed class PythonEquality : IEqualityComparer<object>
{
    public static readonly PythonEquality Instance = new();

    public static bool AreEqual(object? left, object? right)
    {
        if (PythonOperators.TryNumber(left, out var leftNumber) && PythonOperators.TryNumber(right, out var rightNumber))
        {
            return left is double || right is double ? leftNumber == rightNumber : PythonOperators.Whole(left) == PythonOperators.Whole(right);
        }

        return (left, right) switch
        {
            (null, null) => true,
            (string a, string b) => MarkedText.Plain(a) == MarkedText.Plain(b),
            (Undefined, Undefined) => true,
            (object?[] a, object?[] b) => a.SequenceEqual(b, Items),
            (List<object?> a, List<object?> b) => a.SequenceEqual(b, Items),
            (Mapping a, Mapping b) => a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out var other) && AreEqual(pair.Value, other)),
            _ => ReferenceEquals(left, right),
        };
    }

    bool IEqualityComparer<object>.Equals(object? x, object? y) => AreEqual(x, y);

    public int GetHashCode(object value) => value switch
    {
        _ when PythonOperators.TryNumber(value, out var number) => number.GetHashCode(),
        string text => MarkedText.Plain(text).GetHashCode(StringComparison.Ordinal),
        object?[] items => items.Aggregate(items.Length, (hash, item) => HashCode.Combine(hash, item is null ? 0 : GetHashCode(item))),
        _ => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value),
    };

    private static readonly IEqualityComparer<object?> Items = EqualityComparer<object?>.Create(AreEqual);
}
