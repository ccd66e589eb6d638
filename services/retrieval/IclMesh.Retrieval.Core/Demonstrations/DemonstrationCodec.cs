using System.Buffers;
using System.Text;
using System.Text.Json;

namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>How both databases store what has no column type of its own.</summary>
internal static class DemonstrationCodec
{
    /// <summary>Metadata as a JSON object, keys in code-point order; types are JSON's own.</summary>
    /// <param name="metadata">The metadata.</param>
    public static string WriteMetadata(IReadOnlyDictionary<string, MetadataValue> metadata) => metadata.Count == 0 ? "{}" : WriteObject(json =>
    {
        foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, Utf8Order.Instance))
        {
            switch (value.Kind)
            {
                case MetadataKind.Text:
                    json.WriteString(key, value.Text);
                    break;
                case MetadataKind.Number when value.Whole is { } whole:
                    json.WriteNumber(key, whole);
                    break;
                case MetadataKind.Number:
                    json.WriteNumber(key, value.Number);
                    break;
                default:
                    json.WriteBoolean(key, value.Flag);
                    break;
            }
        }
    });

    /// <summary>Reads what <see cref="WriteMetadata"/> wrote.</summary>
    /// <param name="json">A JSON object of strings, numbers and Booleans.</param>
    public static IReadOnlyDictionary<string, MetadataValue> ReadMetadata(string json)
    {
        if (json == "{}")
        {
            return Demonstration.EmptyMetadata;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.ValueKind switch
        {
            JsonValueKind.String => MetadataValue.Of(entry.Value.GetString()!),
            JsonValueKind.Number => entry.Value.TryGetInt64(out var whole) ? MetadataValue.Of(whole) : MetadataValue.Of(entry.Value.GetDouble()),
            JsonValueKind.True => MetadataValue.Of(true),
            JsonValueKind.False => MetadataValue.Of(false),
            _ => throw new JsonException($"metadata '{entry.Name}' is of kind {entry.Value.ValueKind}"),
        });
    }

    /// <summary>A label distribution as a JSON object, labels in code-point order; null stays null.</summary>
    /// <param name="distribution">Probability per label.</param>
    public static string? WriteDistribution(IReadOnlyDictionary<string, float>? distribution) => distribution is null ? null : WriteObject(json =>
    {
        foreach (var (label, share) in distribution.OrderBy(entry => entry.Key, Utf8Order.Instance))
        {
            json.WriteNumber(label, share);
        }
    });

    /// <summary>Reads what <see cref="WriteDistribution"/> wrote.</summary>
    /// <param name="json">A JSON object of numbers, or null.</param>
    public static IReadOnlyDictionary<string, float>? ReadDistribution(string? json)
    {
        if (json is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetSingle());
    }

    private static string WriteObject(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
