using System.Globalization;

namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>One typed value of a demonstration's metadata.</summary>
public readonly record struct MetadataValue
{
    private MetadataValue(MetadataKind kind, string text, double number)
    {
        Kind = kind;
        Text = text;
        Number = number;
    }

    /// <summary>Which of the values below counts.</summary>
    public MetadataKind Kind { get; }

    /// <summary>The string; empty for other kinds.</summary>
    public string Text { get; }

    /// <summary>The number; 1 and 0 for flags.</summary>
    public double Number { get; }

    /// <summary>The flag.</summary>
    public bool Flag => Number != 0;

    /// <summary>A string.</summary>
    /// <param name="text">The value.</param>
    public static MetadataValue Of(string text) => new(MetadataKind.Text, text, 0);

    /// <summary>A number. Negative zero becomes zero, so that equal numbers are equal everywhere.</summary>
    /// <param name="number">The value, finite.</param>
    public static MetadataValue Of(double number) => new(MetadataKind.Number, "", number + 0.0);

    /// <summary>A flag.</summary>
    /// <param name="flag">The value.</param>
    public static MetadataValue Of(bool flag) => new(MetadataKind.Flag, "", flag ? 1 : 0);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        MetadataKind.Text => Text,
        MetadataKind.Number => Number.ToString("R", CultureInfo.InvariantCulture),
        _ => Flag ? "true" : "false",
    };
}
