using System.Text.Json;
using IclMesh.Cli.Demonstrations;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Cli.Trace;

/// <summary>Reads the prompt of a trace.</summary>
internal static class PromptFile
{
    private static readonly Dictionary<string, SegmentKind> Kinds = new(StringComparer.Ordinal)
    {
        ["instruction"] = SegmentKind.Instruction,
        ["demonstration_input"] = SegmentKind.DemonstrationInput,
        ["demonstration_label"] = SegmentKind.DemonstrationLabel,
        ["separator"] = SegmentKind.Separator,
        ["query"] = SegmentKind.Query,
    };

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A .jsonl file holds a piece a line; any other file is the prompt as it stands, a last line end included.</summary>
    /// <exception cref="MeshException">The file is missing, empty, malformed or no UTF-8; the line is named.</exception>
    public static async Task<IReadOnlyList<PromptSegment>> ReadAsync(FileInfo file, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            throw MeshException.NotFound("file", file.FullName);
        }

        var pieces = file.Extension == ".jsonl";
        var segments = new List<PromptSegment>();
        await foreach (var (number, line, fault) in Utf8Lines.ReadAsync(file.FullName, cancellationToken))
        {
            if (fault is not null)
            {
                throw MeshException.Invalid("--prompt-file", $"line {number}: {fault}");
            }

            if (pieces)
            {
                segments.Add(Piece(line, number));
            }
        }

        if (!pieces)
        {
            // Lines have lost their ends; by now it is known to be UTF-8.
            segments.Add(new(SegmentKind.Query, await File.ReadAllTextAsync(file.FullName, cancellationToken)));
        }

        return segments.Any(segment => segment.Text.Length > 0)
            ? segments
            : throw MeshException.Invalid("--prompt-file", $"{file.FullName} holds no text");
    }

    private static PromptSegment Piece(string line, int number)
    {
        try
        {
            var row = JsonSerializer.Deserialize<Row>(line, Json);
            return row is { Kind: { } kind, Text: { } text } && Kinds.TryGetValue(kind, out var known)
                ? new(known, text, row.DemonstrationId ?? "") { Scope = SpecialTokenScope.Of(row.RecognizeSpecialTokens) }
                : throw MeshException.Invalid("--prompt-file", $"line {number}: needs text and a kind, one of {string.Join(", ", Kinds.Keys)}");
        }
        catch (JsonException exception)
        {
            throw MeshException.Invalid("--prompt-file", $"line {number}: {exception.Message}");
        }
    }

    private sealed record Row(string? Kind, string? Text, string? DemonstrationId, bool RecognizeSpecialTokens);
}
