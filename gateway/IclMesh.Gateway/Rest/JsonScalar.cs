using System.Globalization;
using Google.Protobuf.Reflection;

namespace IclMesh.Gateway.Rest;

/// <summary>Values of scalar fields as proto3's JSON form and query parameters write them.</summary>
/// <remarks>Source: the JSON mapping of the protobuf documentation: numbers may be texts, whole numbers may have an exponent or a fraction of 0.</remarks>
internal static class JsonScalar
{
    /// <summary>True for fields that hold whole numbers.</summary>
    public static bool IsWhole(FieldDescriptor field) => Range(field.FieldType) is not null;

    /// <summary>A whole number in its shortest form; null where the text is none of the field's.</summary>
    public static string? Whole(FieldDescriptor field, string text)
    {
        if (Range(field.FieldType) is not var (least, greatest)
            || !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return number == decimal.Truncate(number) && number >= least && number <= greatest ? decimal.Truncate(number).ToString("0", CultureInfo.InvariantCulture) : null;
    }

    /// <summary>What a field of whole numbers takes, for errors.</summary>
    public static string Limits(FieldDescriptor field) => Range(field.FieldType) is var (least, greatest) ? $"a whole number between {least} and {greatest}" : "a number";

    /// <summary>A finite number; null where the text is none.</summary>
    public static double? Real(FieldDescriptor field, string text)
    {
        var known = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && (field.FieldType == FieldType.Float ? float.IsFinite((float)number) : double.IsFinite(number));
        return known ? number : null;
    }

    /// <summary>The value's name; null where the enum has no such name or number.</summary>
    public static string? EnumName(FieldDescriptor field, string text)
    {
        var type = field.EnumType;
        return (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? type.FindValueByNumber(number) : type.FindValueByName(text))?.Name;
    }

    private static (decimal Least, decimal Greatest)? Range(FieldType type) => type switch
    {
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => (int.MinValue, int.MaxValue),
        FieldType.UInt32 or FieldType.Fixed32 => (0, uint.MaxValue),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => (long.MinValue, long.MaxValue),
        FieldType.UInt64 or FieldType.Fixed64 => (0, ulong.MaxValue),
        _ => null,
    };
}
