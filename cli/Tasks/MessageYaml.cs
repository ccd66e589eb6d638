using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
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
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
            {
                throw MeshException.Invalid(source, "must be one YAML document with fields");
            }

            return JsonParser.Default.Parse<T>(ToJson(root, new T().Descriptor, null)!.ToJsonString());
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

    /// <summary>Numbers stay texts, which the protobuf parser reads for numeric fields; plain true, false and null are what they say.</summary>
    /// <param name="node">The node.</param>
    /// <param name="message">What a mapping stands for, as far as it is known; the protobuf parser refuses what is unknown.</param>
    /// <param name="field">Field that the node is the value of.</param>
    private static JsonNode? ToJson(YamlNode node, MessageDescriptor? message, FieldDescriptor? field) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => Property((YamlScalarNode)child.Key, child.Value, message, field))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(item => ToJson(item, message, field))]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" } => JsonValue.Create(true),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "false" } => JsonValue.Create(false),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" } => null,
        YamlScalarNode scalar when field?.FieldType == FieldType.Enum => JsonValue.Create(EnumName(field.EnumType, scalar)),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new YamlException(node.Start, node.End, "aliases are not supported here"),
    };

    private static KeyValuePair<string, JsonNode?> Property(YamlScalarNode key, YamlNode value, MessageDescriptor? message, FieldDescriptor? field)
    {
        var own = field is { IsMap: true } ? field.MessageType.FindFieldByNumber(2) : message?.FindFieldByName(key.Value);
        return new(key.Value!, ToJson(value, own?.FieldType == FieldType.Message ? own.MessageType : null, own));
    }

    private static string EnumName(EnumDescriptor type, YamlScalarNode scalar)
    {
        var names = type.Values.Select(value => value.Name).ToList();
        if (names.Contains(scalar.Value!))
        {
            return scalar.Value!;
        }

        // Values are named TYPE_VALUE, so what they share ends with an underscore.
        var shared = names.Aggregate((a, b) => a[..a.AsSpan().CommonPrefixLength(b)]).LastIndexOf('_') + 1;
        return names.FirstOrDefault(name => name[shared..].Equals(scalar.Value, StringComparison.OrdinalIgnoreCase))
            ?? throw new YamlException(
                scalar.Start,
                scalar.End,
                $"'{scalar.Value}' is none of {string.Join(", ", names.Select(name => name[shared..].ToLowerInvariant()).Where(name => name != "unspecified"))}");
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
