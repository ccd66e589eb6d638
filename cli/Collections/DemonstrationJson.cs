using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Collections;

/// <summary>The parts of a demonstration that files keep as JSON.</summary>
internal static class DemonstrationJson
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a JSON object.</summary>
    /// <param name="write">Writes its properties.</param>
    public static string WriteObject(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Writes <c>metadata</c> and <c>label_distribution</c> where there are any, keys in code-point order.</summary>
    /// <param name="json">An open object.</param>
    /// <param name="demonstration">The demonstration.</param>
    public static void WriteFacts(Utf8JsonWriter json, Demonstration demonstration)
    {
        if (demonstration.Metadata is { Fields.Count: > 0 } metadata)
        {
            json.WriteStartObject("metadata");
            foreach (var (key, value) in metadata.Fields.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                switch (value.KindCase)
                {
                    case Value.KindOneofCase.StringValue:
                        json.WriteString(key, value.StringValue);
                        break;
                    case Value.KindOneofCase.NumberValue:
                        json.WriteNumber(key, value.NumberValue);
                        break;
                    case Value.KindOneofCase.BoolValue:
                        json.WriteBoolean(key, value.BoolValue);
                        break;
                    default:
                        throw new ArgumentOutOfRangeException(nameof(demonstration), value.KindCase, "the store keeps no such metadata");
                }
            }

            json.WriteEndObject();
        }

        if (demonstration.LabelDistribution.Count > 0)
        {
            json.WriteStartObject("label_distribution");
            foreach (var (label, share) in demonstration.LabelDistribution.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                json.WriteNumber(label, share);
            }

            json.WriteEndObject();
        }
    }

    /// <summary>Reads what <see cref="WriteFacts"/> wrote.</summary>
    /// <param name="row">An object.</param>
    /// <param name="demonstration">Receives it.</param>
    public static void ReadFacts(JsonElement row, Demonstration demonstration)
    {
        if (Object(row, "metadata") is { } metadata)
        {
            demonstration.Metadata = new();
            foreach (var entry in metadata.EnumerateObject())
            {
                demonstration.Metadata.Fields[entry.Name] = entry.Value.ValueKind switch
                {
                    JsonValueKind.String => Value.ForString(entry.Value.GetString()),
                    JsonValueKind.Number => Value.ForNumber(entry.Value.GetDouble()),
                    JsonValueKind.True or JsonValueKind.False => Value.ForBool(entry.Value.GetBoolean()),
                    _ => throw new FormatException($"'metadata.{entry.Name}' must be a string, a number or a Boolean, is {entry.Value.ValueKind}"),
                };
            }
        }

        if (Object(row, "label_distribution") is { } shares)
        {
            foreach (var entry in shares.EnumerateObject())
            {
                demonstration.LabelDistribution[entry.Name] = entry.Value.GetSingle();
            }
        }
    }

    /// <summary>Writes <c>embedding</c> where there is one.</summary>
    /// <param name="json">An open object.</param>
    /// <param name="row">The row.</param>
    public static void WriteEmbedding(Utf8JsonWriter json, DemonstrationRow row)
    {
        if (!row.IsEmbedded)
        {
            return;
        }

        json.WriteStartObject("embedding");
        json.WriteString("model", row.Model);
        json.WriteString("version", row.ModelVersion);
        json.WriteStartArray("vector");
        foreach (var component in MemoryMarshal.Cast<byte, float>(row.Demonstration.Vector.Span))
        {
            json.WriteNumberValue(component);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="WriteEmbedding"/> wrote.</summary>
    /// <param name="row">An object.</param>
    /// <param name="demonstration">Receives the vector.</param>
    public static DemonstrationRow ReadEmbedding(JsonElement row, Demonstration demonstration)
    {
        if (Object(row, "embedding") is not { } embedding)
        {
            return new(demonstration);
        }

        if (!embedding.TryGetProperty("model", out var model) || model.GetString() is not { Length: > 0 } name
            || !embedding.TryGetProperty("version", out var version) || version.GetString() is not { Length: > 0 } number
            || !embedding.TryGetProperty("vector", out var components))
        {
            throw new FormatException("'embedding' needs 'model', 'version' and 'vector'");
        }

        float[] vector = [.. components.EnumerateArray().Select(component => component.GetSingle())];
        demonstration.Vector = ByteString.CopyFrom(MemoryMarshal.AsBytes(vector.AsSpan()));
        return vector.Length > 0 ? new(demonstration, name, number) : throw new FormatException("'embedding.vector' must not be empty");
    }

    private static JsonElement? Object(JsonElement row, string name) => !row.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null
        ? null
        : value.ValueKind == JsonValueKind.Object ? value : throw new FormatException($"'{name}' must be an object, is {value.ValueKind}");
}
