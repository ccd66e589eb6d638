using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using IclMesh.ServiceDefaults.Requests;

namespace IclMesh.Gateway.Rest;

/// <summary>
/// Reads a JSON body against the message that it stands for, and writes it again in the one form that transcoding reads: every field known, none twice, numbers as numbers.
/// </summary>
/// <remarks>Transcoding itself passes over fields that it does not know, takes the last of two, and refuses forms of numbers that proto3's JSON allows, without naming a field.</remarks>
internal sealed partial class JsonBody
{
    private static readonly Dictionary<string, string> NotInPath = [];

    private readonly RequestRules rules = new();
    private readonly Utf8JsonWriter writer;

    private JsonBody(Utf8JsonWriter writer) => this.writer = writer;

    /// <summary>Rewrites a body.</summary>
    /// <param name="json">The body.</param>
    /// <param name="type">The message.</param>
    /// <param name="inPath">Fields that the path gives: the body may say the same.</param>
    /// <returns>The same message as JSON.</returns>
    /// <exception cref="MeshException">It is no JSON, or not this message.</exception>
    public static byte[] Rewrite(ReadOnlySpan<byte> json, MessageDescriptor type, IReadOnlyDictionary<string, string> inPath)
    {
        using var written = new MemoryStream(json.Length);
        using (var writer = new Utf8JsonWriter(written, new() { SkipValidation = true }))
        {
            var body = new JsonBody(writer);
            try
            {
                var reader = new Utf8JsonReader(json);
                reader.Read();
                body.Message(ref reader, type, null, inPath);
                while (reader.Read())
                {
                    // Whatever stands behind the object is refused by the reader.
                }
            }
            catch (JsonException exception)
            {
                throw MeshException.Invalid("body", $"is not JSON: {exception.Message}");
            }

            body.rules.ThrowIfBroken();
        }

        return written.ToArray();
    }

    private void Message(ref Utf8JsonReader reader, MessageDescriptor type, FieldPath? path, IReadOnlyDictionary<string, string> inPath)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Refuse(ref reader, path?.ToString() ?? "body", "must be a JSON object");
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text(ref reader) ?? "";
            reader.Read();
            if (MessageFields.Find(type, name) is not { } field)
            {
                Refuse(ref reader, path is null ? name : $"{path}.{name}", $"is no field of {type.Name}");
            }
            else if (inPath.TryGetValue(field.Name, out var given) && (reader.TokenType != JsonTokenType.String || Text(ref reader) != given))
            {
                Refuse(ref reader, FieldPath.Of(path, field, null), $"contradicts the path, which says '{given}'");
            }
            else if (!seen.Add(field.Name))
            {
                Refuse(ref reader, FieldPath.Of(path, field, null), "is given twice");
            }
            else if (reader.TokenType != JsonTokenType.Null || IsFree(field))
            {
                if (field.RealContainingOneof is { } choice && !seen.Add($"oneof {choice.Name}"))
                {
                    Refuse(ref reader, FieldPath.Of(path, field, null), $"contradicts another field of {choice.Name}: give one");
                    continue;
                }

                writer.WritePropertyName(field.JsonName);
                Field(ref reader, field, path);
            }
        }

        writer.WriteEndObject();
    }

    private void Field(ref Utf8JsonReader reader, FieldDescriptor field, FieldPath? path)
    {
        if (field.IsMap)
        {
            Map(ref reader, field, path);
        }
        else if (!field.IsRepeated)
        {
            Value(ref reader, field, field, path, null);
        }
        else if (reader.TokenType != JsonTokenType.StartArray)
        {
            Refuse(ref reader, FieldPath.Of(path, field, null), "must be a JSON array");
        }
        else
        {
            writer.WriteStartArray();
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                Value(ref reader, field, field, path, index);
            }

            writer.WriteEndArray();
        }
    }

    private void Map(ref Utf8JsonReader reader, FieldDescriptor field, FieldPath? path)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Refuse(ref reader, FieldPath.Of(path, field, null), "must be a JSON object");
            return;
        }

        var value = field.MessageType.FindFieldByNumber(2);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Text(ref reader) ?? "";
            reader.Read();
            if (keys.Add(key))
            {
                writer.WritePropertyName(key);
                Value(ref reader, value, field, path, key);
            }
            else
            {
                Refuse(ref reader, FieldPath.Of(path, field, key), "is given twice");
            }
        }

        writer.WriteEndObject();
    }

    private void Value(ref Utf8JsonReader reader, FieldDescriptor value, FieldDescriptor field, FieldPath? path, object? element)
    {
        if (value.FieldType == FieldType.Message)
        {
            NestedMessage(ref reader, value.MessageType, new(path, field, element));
            return;
        }

        var problem = Scalar(ref reader, value);
        if (problem is not null)
        {
            Refuse(ref reader, FieldPath.Of(path, field, element), problem);
        }
    }

    private void NestedMessage(ref Utf8JsonReader reader, MessageDescriptor type, FieldPath path)
    {
        if (type == Struct.Descriptor || type == ListValue.Descriptor || type == Google.Protobuf.WellKnownTypes.Value.Descriptor)
        {
            if (type == Google.Protobuf.WellKnownTypes.Value.Descriptor || reader.TokenType == (type == Struct.Descriptor ? JsonTokenType.StartObject : JsonTokenType.StartArray))
            {
                Free(ref reader, path.ToString());
            }
            else
            {
                Refuse(ref reader, path.ToString(), type == Struct.Descriptor ? "must be a JSON object" : "must be a JSON array");
            }
        }
        else if (type == Timestamp.Descriptor || type == Duration.Descriptor || type == FieldMask.Descriptor)
        {
            if (reader.TokenType == JsonTokenType.String && Text(ref reader) is { } text && IsReadable(type, text))
            {
                writer.WriteStringValue(text);
            }
            else
            {
                Refuse(ref reader, path.ToString(), $"is no {type.Name} as protobuf's JSON form writes it");
            }
        }
        else
        {
            Message(ref reader, type, path, NotInPath);
        }
    }

    /// <summary>Copies JSON of any shape; an object must not name a key twice.</summary>
    private void Free(ref Utf8JsonReader reader, string path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var keys = new HashSet<string>(StringComparer.Ordinal);
                writer.WriteStartObject();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var key = Text(ref reader);
                    rules.Require(key is not null, path, "holds text that is not Unicode");
                    rules.Require(keys.Add(key ?? ""), $"{path}.{key}", "is given twice");
                    writer.WritePropertyName(key ?? "");
                    reader.Read();
                    Free(ref reader, path);
                }

                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    Free(ref reader, path);
                }

                writer.WriteEndArray();
                break;
            case JsonTokenType.String:
                var text = Text(ref reader);
                rules.Require(text is not null, path, "holds text that is not Unicode");
                writer.WriteStringValue(text ?? "");
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan);
                break;
        }
    }

    private void Refuse(ref Utf8JsonReader reader, string field, string description)
    {
        rules.Require(false, field, description);
        reader.Skip();
    }

    private static bool IsFree(FieldDescriptor field) =>
        field.FieldType == FieldType.Message && field.MessageType == Google.Protobuf.WellKnownTypes.Value.Descriptor;

    /// <summary>A name or a text; null where it is not Unicode.</summary>
    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(string text)
    {
        var standard = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        var bytes = new byte[(standard.Length * 3 / 4) + 3];
        return Convert.TryFromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '='), bytes, out var count) ? bytes[..count] : null;
    }

    private static bool IsReadable(MessageDescriptor type, string text)
    {
        try
        {
            JsonParser.Default.Parse(JsonSerializer.Serialize(text), type);
            return true;
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            return false;
        }
    }
}
