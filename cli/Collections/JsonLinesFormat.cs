using System.Runtime.CompilerServices;
using System.Text.Json;
using Google.Protobuf;
using IclMesh.Cli.Demonstrations;
using IclMesh.Retrieval.V1;

namespace IclMesh.Cli.Collections;

/// <summary>
/// JSON Lines: <c>text</c> (or <c>premise</c> and <c>hypothesis</c>) and <c>label</c> (a word or a number), and optionally <c>id</c>, <c>split</c>,
/// <c>metadata</c>, <c>label_distribution</c> and <c>embedding</c> (<c>model</c>, <c>version</c>, <c>vector</c>).
/// </summary>
internal sealed class JsonLinesFormat : IDemonstrationFormat
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<DemonstrationRow> ReadAsync(
        FileInfo file, string prefix, string split, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (number, line, fault) in Utf8Lines.ReadAsync(file.FullName, cancellationToken))
        {
            var place = $"{file.Name}, line {number}";
            if (fault is not null)
            {
                throw DemonstrationFormats.Broken(place, fault);
            }

            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return Parse(line, $"{prefix}{number:D6}", split, place);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<long> WriteAsync(
        FileInfo file, IAsyncEnumerable<IReadOnlyList<DemonstrationRow>> pages, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(file.FullName);
        var rows = 0L;
        await foreach (var page in pages.WithCancellation(cancellationToken))
        {
            foreach (var row in page)
            {
                await writer.WriteLineAsync(Write(row).AsMemory(), cancellationToken);
            }

            rows += page.Count;
        }

        return rows;
    }

    /// <summary>Reads one line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="id">Id where the line names none.</param>
    /// <param name="split">Split where the line names none.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <exception cref="MeshException">The line is broken.</exception>
    internal static DemonstrationRow Parse(string line, string id, string split, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(line, DemonstrationJson.Strict);
            var row = document.RootElement;
            if (row.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException($"must be a JSON object, is a JSON {row.ValueKind}");
            }

            var demonstration = new Demonstration
            {
                Id = Word(row, "id") ?? id,
                Text = Word(row, "text") ?? Pair(row) ?? throw new FormatException("needs a string 'text', or 'premise' and 'hypothesis'"),
                Label = Word(row, "label") ?? throw new FormatException("needs a 'label', a string or a number"),
                Split = Word(row, "split") ?? split,
            };
            DemonstrationJson.ReadFacts(row, demonstration);
            return DemonstrationJson.ReadEmbedding(row, demonstration);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or InvalidProtocolBufferException or InvalidJsonException)
        {
            throw DemonstrationFormats.Broken(place, e.Message);
        }
    }

    /// <summary>One row as a line.</summary>
    /// <param name="row">The row.</param>
    internal static string Write(DemonstrationRow row) => DemonstrationJson.WriteObject(json =>
    {
        json.WriteString("id", row.Demonstration.Id);
        json.WriteString("text", row.Demonstration.Text);
        json.WriteString("label", row.Demonstration.Label);
        json.WriteString("split", row.Demonstration.Split);
        DemonstrationJson.WriteFacts(json, row.Demonstration);
        DemonstrationJson.WriteEmbedding(json, row);
    });

    private static string? Pair(JsonElement row) =>
        Word(row, "premise") is { } premise && Word(row, "hypothesis") is { } hypothesis ? $"{premise}\n{hypothesis}" : null;

    private static string? Word(JsonElement row, string name) => row.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => throw new FormatException($"'{name}' must be a string or a number, is {value.ValueKind}"),
        }
        : null;
}
