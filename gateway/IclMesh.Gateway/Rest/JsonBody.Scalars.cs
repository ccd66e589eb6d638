using System.Text.Json;
using Google.Protobuf.Reflection;

namespace IclMesh.Gateway.Rest;

/// <content>Values of one number, text or enum.</content>
internal sealed partial class JsonBody
{
    /// <summary>Writes a scalar, or says what is wrong with it.</summary>
    private string? Scalar(ref Utf8JsonReader reader, FieldDescriptor field)
    {
        var isText = reader.TokenType == JsonTokenType.String;
        var text = isText ? Text(ref reader) : reader.TokenType == JsonTokenType.Number ? System.Text.Encoding.ASCII.GetString(reader.ValueSpan) : "";
        if (text is null)
        {
            return "holds text that is not Unicode";
        }

        switch (field.FieldType)
        {
            case FieldType.Bool when reader.TokenType is JsonTokenType.True or JsonTokenType.False:
                writer.WriteBooleanValue(reader.GetBoolean());
                return null;
            case FieldType.Bool:
                return "must be true or false";
            case FieldType.String when isText:
                writer.WriteStringValue(text);
                return null;
            case FieldType.String:
                return "must be a JSON string";
            case FieldType.Bytes:
                return isText && Bytes(text) is { } bytes ? WriteBytes(bytes) : "must be base64";
            case FieldType.Enum:
                return JsonScalar.EnumName(field, text) is { } name ? WriteText(name) : $"is no value of {field.EnumType.Name}: '{text}'";
            case FieldType.Double or FieldType.Float:
                return JsonScalar.Real(field, text) is { } number ? WriteNumber(number) : $"must be a finite number, is '{text}'";
            default:
                return JsonScalar.Whole(field, text) is { } whole ? WriteWhole(field, whole) : $"must be {JsonScalar.Limits(field)}, is '{text}'";
        }
    }

    private string? WriteText(string text)
    {
        writer.WriteStringValue(text);
        return null;
    }

    private string? WriteNumber(double number)
    {
        writer.WriteNumberValue(number);
        return null;
    }

    private string? WriteBytes(byte[] bytes)
    {
        writer.WriteBase64StringValue(bytes);
        return null;
    }

    private string? WriteWhole(FieldDescriptor field, string whole)
    {
        // Numbers of 64 bits are texts in proto3's JSON form.
        if (field.FieldType is FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 or FieldType.UInt64 or FieldType.Fixed64)
        {
            writer.WriteStringValue(whole);
        }
        else
        {
            writer.WriteRawValue(whole);
        }

        return null;
    }
}
