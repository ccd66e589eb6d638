using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;

namespace IclMesh.Cli.Tasks;

/// <summary>Messages as YAML: the fields and values of their JSON form, with the names of the proto.</summary>
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

            return JsonParser.Default.Parse<T>(ToJson(root)!.ToJsonString());
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
    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, ToJson(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" } => JsonValue.Create(true),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "false" } => JsonValue.Create(false),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" } => null,
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new YamlException(node.Start, node.End, "aliases are not supported here"),
    };

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
