using System.Runtime.CompilerServices;

namespace IclMesh;

/// <summary>An interpolated description of a broken rule, which costs nothing where the rule holds: rules are checked for every item of large batches.</summary>
[InterpolatedStringHandler]
public ref struct ViolationText
{
    private DefaultInterpolatedStringHandler text;

    /// <summary>Called by the compiler.</summary>
    /// <param name="literalLength">Characters of the constant parts.</param>
    /// <param name="formattedCount">Number of values.</param>
    /// <param name="holds">The rule.</param>
    /// <param name="needed">True where the description is wanted.</param>
    public ViolationText(int literalLength, int formattedCount, bool holds, out bool needed)
    {
        needed = !holds;
        text = needed ? new(literalLength, formattedCount) : default;
    }

    /// <summary>Called by the compiler.</summary>
    /// <param name="value">A constant part.</param>
    public void AppendLiteral(string value) => text.AppendLiteral(value);

    /// <summary>Called by the compiler.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="value">A value.</param>
    public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

    /// <summary>Called by the compiler.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="value">A value.</param>
    /// <param name="format">How to write it.</param>
    public void AppendFormatted<T>(T value, string? format) => text.AppendFormatted(value, format);

    /// <summary>Called by the compiler.</summary>
    /// <param name="value">Some characters.</param>
    public void AppendFormatted(ReadOnlySpan<char> value) => text.AppendFormatted(value);

    /// <summary>The description.</summary>
    internal string ToText() => text.ToStringAndClear();
}
