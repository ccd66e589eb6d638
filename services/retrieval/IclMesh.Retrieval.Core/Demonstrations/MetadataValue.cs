using System.Globalization;

namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>One typed value of a demonstration's metadata.</summary>
/// <remarks>Numbers are whole ones of 64 bits, exactly, or of binary64; equal numbers are equal however they came.</remarks>
public readonly record struct MetadataValue
{
    // Doubles from -2^63 up to but not including 2^63 that are whole are whole numbers of 64 bits.
    private const double IntegerBound = 9_223_372_036_854_775_808.0;

    private MetadataValue(MetadataKind kind, string text, double number, long? whole)
    {
        Kind = kind;
        Text = text;
        Number = number;
        Whole = whole;
    }

    /// <summary>Which of the values below counts.</summary>
    public MetadataKind Kind { get; }

    /// <summary>The string; empty for other kinds.</summary>
    public string Text { get; }

    /// <summary>The number, to the precision of binary64; 1 and 0 for flags.</summary>
    public double Number { get; }

    /// <summary>The number exactly where it is whole and fits 64 bits; null for others and other kinds.</summary>
    public long? Whole { get; }

    /// <summary>The flag.</summary>
    public bool Flag => Number != 0;

    /// <summary>A string.</summary>
    /// <param name="text">The value.</param>
    public static MetadataValue Of(string text) => new(MetadataKind.Text, text, 0, null);

    /// <summary>A number. Negative zero becomes zero.</summary>
    /// <param name="number">The value, finite.</param>
    public static MetadataValue Of(double number) =>
        double.IsInteger(number) && number is >= -IntegerBound and < IntegerBound ? Of((long)number) : new(MetadataKind.Number, "", number, null);

    /// <summary>A whole number.</summary>
    /// <param name="number">The value.</param>
    public static MetadataValue Of(long number) => new(MetadataKind.Number, "", number, number);

    /// <summary>A flag.</summary>
    /// <param name="flag">The value.</param>
    public static MetadataValue Of(bool flag) => new(MetadataKind.Flag, "", flag ? 1 : 0, null);

    /// <summary>Order of two numbers, exactly: a large whole number is not rounded to compare it with a fraction.</summary>
    /// <param name="other">Another number.</param>
    public int CompareNumber(MetadataValue other) => (Whole, other.Whole) switch
    {
        ({ } x, { } y) => x.CompareTo(y),
        ({ } x, null) => Compare(x, other.Number),
        (null, { } y) => -Compare(y, Number),
        _ => Number.CompareTo(other.Number),
    };

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        MetadataKind.Text => Text,
        MetadataKind.Number => Whole?.ToString(CultureInfo.InvariantCulture) ?? Number.ToString("R", CultureInfo.InvariantCulture),
        _ => Flag ? "true" : "false",
    };

    private static int Compare(long whole, double fraction)
    {
        if (Math.Abs(fraction) >= IntegerBound)
        {
            return fraction > 0 ? -1 : 1;
        }

        var order = whole.CompareTo((long)fraction);
        return order != 0 ? order : 0.0.CompareTo(fraction - Math.Truncate(fraction));
    }
}
