using System.Security.Cryptography;
using System.Text.Json;

namespace IclMesh.Cli.Demonstrations;

/// <summary>A JSON Lines file of <c>{"text", "label"}</c>; the label is an index into the label list or one of its words.</summary>
/// <param name="Path">The file.</param>
/// <param name="Digest">Hexadecimal SHA-256 of its bytes.</param>
/// <param name="Rows">Its sound rows, in order.</param>
/// <param name="Skipped">Broken rows that were left out.</param>
internal sealed record LabelledTextFile(string Path, string Digest, IReadOnlyList<LabelledText> Rows, int Skipped)
{
    private const int ShownErrors = 5;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labels">The labels that rows may have.</param>
    /// <param name="skipInvalid">Leaves broken rows out; otherwise the first ones are reported and nothing is loaded.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="MeshException">The file is missing, has no sound row, or has a broken one.</exception>
    public static async Task<LabelledTextFile> ReadAsync(string path, LabelList labels, bool skipInvalid, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new MeshException(ErrorKind.NotFound, ErrorReasons.ResourceNotFound, $"{path} does not exist");
        }

        var rows = new List<LabelledText>();
        var errors = new List<FieldViolation>();
        var number = 0;
        await foreach (var (place, line, fault) in Utf8Lines.ReadAsync(path, cancellationToken))
        {
            number = place;
            if (fault is not null)
            {
                errors.Add(new($"line {number}", fault));
                continue;
            }

            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (Parse(line, number, labels, out var error) is { } row)
            {
                rows.Add(row);
            }
            else
            {
                errors.Add(new($"line {number}", error));
            }
        }

        if (errors.Count > 0 && !skipInvalid)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition,
                ErrorReasons.DataCorrupt,
                $"{path}, {errors[0].Field}: {errors[0].Description}. {errors.Count} broken of {number} lines, nothing was loaded; --skip-invalid loads the rest")
            {
                Violations = [.. errors.Take(ShownErrors)],
            };
        }

        if (rows.Count == 0)
        {
            throw new MeshException(ErrorKind.FailedPrecondition, ErrorReasons.DataCorrupt, $"{path} holds no row that can be used");
        }

        await using var stream = File.OpenRead(path);
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        return new(path, digest, rows, errors.Count);
    }

    private static LabelledText? Parse(string line, int number, LabelList labels, out string error)
    {
        error = "";
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                error = "is not a JSON object";
                return null;
            }

            if (Text(document.RootElement) is not { } text || string.IsNullOrWhiteSpace(text))
            {
                error = "needs a non-empty string 'text', or both 'premise' and 'hypothesis'";
                return null;
            }

            if (!document.RootElement.TryGetProperty("label", out var label))
            {
                error = "needs a 'label'";
                return null;
            }

            return ParseLabel(label, labels, out var index, out var stored, out error) ? new(number, text, index, stored) : null;
        }
        catch (JsonException exception)
        {
            error = $"is not JSON: {exception.Message}";
            return null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape.
            error = "holds text that is not Unicode";
            return null;
        }
    }

    /// <summary>The text of a row; a pair of sentences becomes one text.</summary>
    private static string? Text(JsonElement row) =>
        String(row, "text") ?? (String(row, "premise") is { } premise && String(row, "hypothesis") is { } hypothesis ? $"{premise} Hypothesis: {hypothesis}" : null);

    private static string? String(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool ParseLabel(JsonElement label, LabelList labels, out int index, out string stored, out string error)
    {
        index = -1;
        stored = error = "";
        switch (label.ValueKind)
        {
            case JsonValueKind.Number when label.TryGetInt32(out index) && index >= 0 && index < labels.Words.Count:
                stored = LabelList.StoredIndex(index);
                return true;
            case JsonValueKind.String when (index = labels.IndexOf(label.GetString()!)) >= 0:
                stored = label.GetString()!;
                return true;
            default:
                error = $"label {label.GetRawText()} is neither an index from 0 to {labels.Words.Count - 1} nor one of {string.Join(", ", labels.Words)}";
                return false;
        }
    }
}
