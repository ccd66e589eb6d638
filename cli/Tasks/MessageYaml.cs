using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace IclMesh.Cli.Tasks;

/// <summary>Messages as YAML: the fields and values of their JSON form, with the names of the proto; enum values may leave out what all of them begin with.</summary>
internal static class MessageYaml
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    /// <summary>Reads a message; a field that it does not have is an error.</summary>
    /// <param name="yaml">One YAML document.</param>
    /// <param name="source">Named by errors.</param>
    /// <exception cref="MeshException">It is no YAML, or not this message.</exception>
    public static T Parse<T>(string yaml, string source)
        where T : IMessage<T>, new()
    {
        try
        {
            if (YamlReader.Read(yaml) is not YamlValue.Mapping root)
            {
                throw MeshException.Invalid(source, "must be one YAML document with fields");
            }

            return JsonParser.Default.Parse<T>(ToJson(root, new T().Descriptor, null, inList: false)!.ToJsonString());
        }
        catch (YamlException exception)
        {
            throw MeshException.Invalid(source, $"line {exception.Start.Line}: {exception.Message}");
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw MeshException.Invalid(source, exception.Message);
        }
    }

    /// <summary>Writes a message.</summary>
    public static string Write(IMessage message) =>
        new SerializerBuilder().WithQuotingNecessaryStrings().Build().Serialize(ToPlain(JsonDocument.Parse(Formatter.Format(message)).RootElement)!);

    /// <summary>A field's type says what a scalar is: <c>true</c>, <c>no</c> and <c>1.0</c> are texts where the field is one. Numbers stay texts, which the protobuf parser reads.</summary>
    /// <param name="value">The value.</param>
    /// <param name="message">What a mapping stands for, as far as it is known; the protobuf parser refuses what is unknown.</param>
    /// <param name="field">Field that the value is of; null where it is free.</param>
    /// <param name="inList">It is an item of a list, which has no place for nothing.</param>
    private static JsonNode? ToJson(YamlValue value, MessageDescriptor? message, FieldDescriptor? field, bool inList) => value switch
    {
        YamlValue.Mapping mapping => new JsonObject(mapping.Entries.Select(entry => Property(entry.Key, entry.Value, message, field))),
        YamlValue.Sequence sequence => new JsonArray([.. sequence.Items.Select(item => ToJson(item, message, field, inList: true))]),
        YamlValue.Scalar { IsNull: true } nothing => inList && field is not null ? throw nothing.Fault("an item is missing; the text itself is written in quotes: \"null\"") : null,
        YamlValue.Scalar scalar => ScalarToJson(scalar, field),
        _ => throw new UnreachableException($"{value} is no value of YAML"),
    };

    private static JsonNode? ScalarToJson(YamlValue.Scalar scalar, FieldDescriptor? field) => field?.FieldType switch
    {
        FieldType.Enum => JsonValue.Create(EnumName(field.EnumType, scalar)),
        FieldType.Bool => scalar.Text switch
        {
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            var other => throw scalar.Fault($"'{Excerpt.Name(other)}' is no truth value: write true or false"),
        },
        null when scalar is { Plain: true, Text: "true" or "false" } => JsonValue.Create(scalar.Text == "true"),
        FieldType.Message when !IsWellKnown(field.MessageType) => throw scalar.Fault($"'{Excerpt.Name(scalar.Text)}' stands where {field.MessageType.Name} has fields"),
        FieldType.String or FieldType.Message or null => JsonValue.Create(scalar.Text),
        _ => double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? JsonValue.Create(scalar.Text)
            : throw scalar.Fault($"'{Excerpt.Name(scalar.Text)}' is no number, which {field.Name} is"),
    };

    private static KeyValuePair<string, JsonNode?> Property(YamlValue.Scalar key, YamlValue value, MessageDescriptor? message, FieldDescriptor? field)
    {
        var isMap = field is { IsMap: true };
        var own = isMap ? field!.MessageType.FindFieldByNumber(2) : message?.FindFieldByName(key.Text);
        if (message is not null && !isMap && own is null)
        {
            throw key.Fault($"'{Excerpt.Name(key.Text)}' is no field of {message.Name}");
        }

        return new(key.Text, ToJson(value, own is { FieldType: FieldType.Message, IsMap: false } && !IsWellKnown(own.MessageType) ? own.MessageType : null, own, inList: false));
    }

    /// <summary>Protobuf's own types have JSON forms of their own.</summary>
    private static bool IsWellKnown(MessageDescriptor type) => type.File.Package == "google.protobuf";

    private static string EnumName(EnumDescriptor type, YamlValue.Scalar scalar)
    {
        var names = type.Values.Select(value => value.Name).ToList();
        if (names.Contains(scalar.Text))
        {
            return scalar.Text;
        }

        // Values are named TYPE_VALUE, so what they share ends with an underscore.
        var shared = names.Aggregate((a, b) => a[..a.AsSpan().CommonPrefixLength(b)]).LastIndexOf('_') + 1;
        return names.FirstOrDefault(name => name[shared..].Equals(scalar.Text, StringComparison.OrdinalIgnoreCase))
            ?? throw scalar.Fault(
                $"'{Excerpt.Name(scalar.Text)}' is none of {string.Join(", ", names.Select(name => name[shared..].ToLowerInvariant()).Where(name => name != "unspecified"))}");
    }

    private static object? ToPlain(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().ToDictionary(property => property.Name, property => ToPlain(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().Select(ToPlain).ToList(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? whole : element.GetDouble(),
        _ => null,
    };
}
