using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace IclMesh.Gateway.OpenApi;

/// <summary>JSON schemas of messages, by the rules of proto3's JSON form; collects every message that is referred to.</summary>
internal sealed class MessageSchemas(ProtoComments comments)
{
    private readonly Dictionary<string, MessageDescriptor> referred = [];

    /// <summary>A field by its path, for example <c>task.name</c>.</summary>
    public static FieldDescriptor Find(MessageDescriptor message, string path)
    {
        var names = path.Split('.');
        return names.SkipLast(1).Aggregate(message, (inside, name) => inside.FindFieldByName(name).MessageType).FindFieldByName(names[^1]);
    }

    /// <summary>The field fits into a query.</summary>
    public static bool IsScalar(FieldDescriptor field) => field.FieldType is not (FieldType.Message or FieldType.Group);

    /// <summary>A reference to a message's schema, or the schema itself where its JSON form is a special one.</summary>
    public JsonObject Reference(MessageDescriptor message)
    {
        if (WellKnown(message) is { } special)
        {
            return special;
        }

        referred.TryAdd(message.FullName, message);
        return new() { ["$ref"] = $"#/components/schemas/{message.FullName}" };
    }

    /// <summary>The schema of a field.</summary>
    /// <param name="field">The field.</param>
    /// <param name="described">With its comment.</param>
    public JsonObject Write(FieldDescriptor field, bool described = true)
    {
        JsonObject schema;
        if (field.IsMap)
        {
            schema = new() { ["type"] = "object", ["additionalProperties"] = WriteValue(field.MessageType.FindFieldByNumber(2)) };
        }
        else if (field.IsRepeated)
        {
            schema = new() { ["type"] = "array", ["items"] = WriteValue(field) };
        }
        else
        {
            schema = WriteValue(field);
        }

        if (described && comments.Of(field) is { Length: > 0 } comment)
        {
            schema["description"] = comment;
        }

        return schema;
    }

    /// <summary>The schemas of every message that was referred to, and of those that they refer to.</summary>
    /// <param name="further">One more message.</param>
    public JsonObject Write(MessageDescriptor further)
    {
        Reference(further);
        var written = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        while (referred.Values.FirstOrDefault(message => !written.ContainsKey(message.FullName)) is { } next)
        {
            written[next.FullName] = WriteMessage(next);
        }

        return new(written);
    }

    private JsonObject WriteMessage(MessageDescriptor message) => new()
    {
        ["type"] = "object",
        ["description"] = comments.Of(message),
        ["properties"] = new JsonObject(message.Fields.InFieldNumberOrder().Select(field => KeyValuePair.Create(field.JsonName, (JsonNode?)Write(field)))),
    };

    private JsonObject WriteValue(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => Reference(field.MessageType),
        FieldType.Enum => new() { ["type"] = "string", ["enum"] = new JsonArray([.. field.EnumType.Values.Select(value => JsonValue.Create(value.Name))]) },
        FieldType.Bool => new() { ["type"] = "boolean" },
        FieldType.String => new() { ["type"] = "string" },
        FieldType.Bytes => new() { ["type"] = "string", ["contentEncoding"] = "base64" },
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => new() { ["type"] = "integer", ["format"] = "int32" },
        FieldType.UInt32 or FieldType.Fixed32 => new() { ["type"] = "integer", ["format"] = "uint32", ["minimum"] = 0 },
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => new() { ["type"] = "string", ["format"] = "int64" },
        FieldType.UInt64 or FieldType.Fixed64 => new() { ["type"] = "string", ["format"] = "uint64" },

        // NaN and the infinities are words.
        FieldType.Double or FieldType.Float => new()
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "number" },
                new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("NaN", "Infinity", "-Infinity") }),
        },
        _ => throw new NotSupportedException($"{field.FullName} has a type that JSON does not know"),
    };

    private static JsonObject? WellKnown(MessageDescriptor message) => message.FullName switch
    {
        "google.protobuf.Timestamp" => new() { ["type"] = "string", ["format"] = "date-time" },
        "google.protobuf.Duration" => new() { ["type"] = "string", ["pattern"] = @"^-?\d+(\.\d{1,9})?s$" },
        "google.protobuf.Struct" => new() { ["type"] = "object" },
        "google.protobuf.Any" => new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["@type"] = new JsonObject { ["type"] = "string" } },
            ["required"] = new JsonArray("@type"),
        },
        _ => null,
    };
}
