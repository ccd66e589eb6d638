using System.Text.Json;
using System.Text.Unicode;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Files;

/// <summary>Reads the JSON files of a model; whatever is malformed becomes an error that names the file.</summary>
internal static class JsonFile
{
    // The largest published tokenizer.json has some 35 MB.
    private const int MaximumBytes = 512 << 20;

    // Real files nest five levels; the limit keeps a hostile one from exhausting the stack.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    /// <summary>Parses a file whose root is an object; null where there is no such file.</summary>
    /// <param name="path">Path of the file.</param>
    public static JsonDocument? TryOpen(string path) => TryOpen(path, JsonValueKind.Object);

    /// <summary>Parses a file whose root is a list; null where there is no such file.</summary>
    /// <param name="path">Path of the file.</param>
    public static JsonDocument? TryOpenList(string path) => TryOpen(path, JsonValueKind.Array);

    /// <summary>Parses a text whose root is an object.</summary>
    /// <param name="path">Named in errors.</param>
    /// <param name="utf8">The text.</param>
    public static JsonDocument Parse(string path, ReadOnlyMemory<byte> utf8) => Parse(path, utf8, JsonValueKind.Object);

    private static JsonDocument? TryOpen(string path, JsonValueKind root)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = new MappedFile(path);
        return file.Length <= MaximumBytes
            ? Parse(path, file.Slice(0, file.Length).ToArray(), root)
            : throw FileFaults.Unsupported(path, $"{file.Length} bytes of JSON exceed the limit of {MaximumBytes}");
    }

    private static JsonDocument Parse(string path, ReadOnlyMemory<byte> utf8, JsonValueKind root)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
        }
        catch (JsonException cause)
        {
            throw FileFaults.Corrupt(path, $"no valid JSON at line {cause.LineNumber + 1}, byte {cause.BytePositionInLine}", cause);
        }

        if (document.RootElement.ValueKind == root && IsWellFormed(utf8.Span))
        {
            return document;
        }

        var actual = document.RootElement.ValueKind;
        document.Dispose();
        throw FileFaults.Corrupt(path, actual == root ? "the JSON text holds a string that is no valid Unicode" : $"the JSON text is {actual}, {root} was expected");
    }

    /// <summary>
    /// JSON can spell half a surrogate pair, and bytes that are no UTF-8 pass the parser; either would throw where the string is first looked at.
    /// </summary>
    private static bool IsWellFormed(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            return false;
        }

        if (utf8.IndexOf("\\ud"u8) < 0 && utf8.IndexOf("\\uD"u8) < 0)
        {
            return true;
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        var buffer = new char[utf8.Length];
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    reader.CopyString(buffer);
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
