using System.Globalization;

namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>Reads decimal numbers without losing a digit in silence.</summary>
public static class NumberText
{
    // Binary64 keeps every decimal number of 15 digits, and is told apart by 17.
    private const int MaxDigits = 17;

    /// <summary>Reads a number: a whole one that fits 64 bits exactly, another one where binary64 keeps every digit of it.</summary>
    /// <param name="text">As JSON and invariant .NET spell numbers.</param>
    /// <param name="value">The number.</param>
    /// <returns>Null, or why it cannot be kept.</returns>
    public static string? Read(string text, out MetadataValue value)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = default;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            value = MetadataValue.Of(whole);
            return null;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            return "is not a finite number";
        }

        value = MetadataValue.Of(number);
        var given = Digits(text);
        return given.Digits.Length == 0
            || given == Digits(number.ToString("R", CultureInfo.InvariantCulture))
            || (given.Digits.Length == MaxDigits && given == Digits(number.ToString("E16", CultureInfo.InvariantCulture)))
            || (value.Whole is { } exact && given == Digits(exact.ToString(CultureInfo.InvariantCulture)))
            ? null
            : "has more digits than a 64-bit number keeps; a string keeps them all";
    }

    /// <summary>The digits from the first to the last that is not 0, and the power of ten of the first.</summary>
    private static (string Digits, int Exponent) Digits(string number)
    {
        var e = number.IndexOfAny(['e', 'E']);
        var exponent = e < 0 || !int.TryParse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power) ? 0 : power;
        var mantissa = (e < 0 ? number : number[..e]).Trim().TrimStart('+', '-');
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var first = digits.AsSpan().IndexOfAnyExcept('0');
        return first < 0 ? ("", 0) : (digits[first..].TrimEnd('0'), exponent + (point < 0 ? digits.Length : point) - first);
    }
}
