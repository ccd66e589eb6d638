using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using IclMesh.Retrieval.Core.Demonstrations;
using Demonstration = IclMesh.Retrieval.V1.Demonstration;

namespace IclMesh.Cli.Collections;

/// <summary>The parts of a demonstration that files keep as JSON.</summary>
internal static class DemonstrationJson
{
    private const double CertainNumbers = 1L << 53;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A property that is there twice is refused: which of them was meant nobody knows.</summary>
    public static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

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
        var facts = (demonstration.Metadata?.Fields ?? []).Select(entry => (entry.Key, entry.Value, Whole: 0L))
            .Concat(demonstration.MetadataIntegers.Select(entry => (entry.Key, Value: new Value(), Whole: entry.Value)))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal).ToArray();
        if (facts.Length > 0)
        {
            json.WriteStartObject("metadata");
            foreach (var (key, value, whole) in facts)
            {
                switch (value.KindCase)
                {
                    case Value.KindOneofCase.None:
                        json.WriteNumber(key, whole);
                        break;
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
                if (entry.Value.ValueKind == JsonValueKind.Number)
                {
                    ReadNumber(entry, demonstration);
                    continue;
                }

                demonstration.Metadata.Fields[entry.Name] = entry.Value.ValueKind switch
                {
                    JsonValueKind.String => Value.ForString(entry.Value.GetString()),
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

    /// <summary>Keeps a number exactly: large whole ones apart, because a Struct holds binary64 only; what neither holds is refused.</summary>
    private static void ReadNumber(JsonProperty entry, Demonstration demonstration)
    {
        if (NumberText.Read(entry.Value.GetRawText(), out var number) is { } fault)
        {
            throw new FormatException($"'metadata.{entry.Name}' {fault}");
        }

        if (Math.Abs(number.Number) < CertainNumbers)
        {
            demonstration.Metadata.Fields[entry.Name] = Value.ForNumber(number.Number);
        }
        else
        {
            demonstration.MetadataIntegers[entry.Name] = number.Whole
                ?? throw new FormatException($"'metadata.{entry.Name}' must be below 2^53 in size or a whole number of 64 bits; a string keeps any number");
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
