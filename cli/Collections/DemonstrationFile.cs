using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Collections;

/// <summary>
/// JSON Lines of demonstrations: <c>text</c> (or <c>premise</c> and <c>hypothesis</c>) and <c>label</c> (a word or a number), and optionally
/// <c>id</c>, <c>split</c>, <c>metadata</c>.
/// </summary>
internal static class DemonstrationFile
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a file; rows without an id are named by file and line.</summary>
    /// <exception cref="MeshException">A row is broken; the message names its line.</exception>
    public static async IAsyncEnumerable<Demonstration> ReadAsync(
        FileInfo file, string prefix, string split, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(file.FullName, cancellationToken))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return Parse(line, $"{prefix}{number:D6}", split, $"{file.Name}, line {number}");
            }
        }
    }

    /// <summary>One demonstration as a line.</summary>
    public static string Write(Demonstration demonstration) => JsonSerializer.Serialize(
        new
        {
            id = demonstration.Id,
            text = demonstration.Text,
            label = demonstration.Label,
            split = demonstration.Split,
            metadata = demonstration.Metadata?.Fields.ToDictionary(entry => entry.Key, entry => Plain(entry.Value)) ?? [],
        },
        Readable);

    private static Demonstration Parse(string line, string id, string split, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            var demonstration = new Demonstration
            {
                Id = Word(row, "id") ?? id,
                Text = Word(row, "text") ?? Pair(row) ?? throw new FormatException("needs a string 'text', or 'premise' and 'hypothesis'"),
                Label = Word(row, "label") ?? throw new FormatException("needs a 'label', a string or a number"),
                Split = Word(row, "split") ?? split,
            };
            if (row.TryGetProperty("metadata", out var metadata))
            {
                demonstration.Metadata = Struct.Parser.ParseJson(metadata.GetRawText());
            }

            return demonstration;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or Google.Protobuf.InvalidJsonException)
        {
            throw new MeshException(ErrorKind.FailedPrecondition, ErrorReasons.DataCorrupt, $"{place}: {e.Message}");
        }
    }

    private static string? Pair(JsonElement row) =>
        Word(row, "premise") is { } premise && Word(row, "hypothesis") is { } hypothesis ? $"{premise}\n{hypothesis}" : null;

    private static string? Word(JsonElement row, string name) => row.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => throw new FormatException($"'{name}' must be a string or a number"),
        }
        : null;

    private static object? Plain(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => value.StringValue,
        Value.KindOneofCase.NumberValue => value.NumberValue,
        Value.KindOneofCase.BoolValue => value.BoolValue,
        _ => null,
    };
}
