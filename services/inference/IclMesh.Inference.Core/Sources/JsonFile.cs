using System.Text.Json;

namespace IclMesh.Inference.Core.Sources;

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

        if (document.RootElement.ValueKind == root)
        {
            return document;
        }

        var actual = document.RootElement.ValueKind;
        document.Dispose();
        throw FileFaults.Corrupt(path, $"the JSON text is {actual}, {root} was expected");
    }

    /// <summary>Names and values of an object.</summary>
    /// <param name="element">An object.</param>
    /// <param name="path">Named in errors.</param>
    /// <remarks>JSON can spell half a surrogate pair, which no string can hold; such a name is reported, not thrown through.</remarks>
    public static IEnumerable<(string Name, JsonElement Value)> Members(this JsonElement element, string path)
    {
        foreach (var member in element.EnumerateObject())
        {
            string name;
            try
            {
                name = member.Name;
            }
            catch (InvalidOperationException cause)
            {
                throw FileFaults.Corrupt(path, "a name is no valid Unicode text", cause);
            }

            yield return (name, member.Value);
        }
    }

    /// <summary>The text of a string element.</summary>
    /// <param name="element">A string.</param>
    /// <param name="path">Named in errors.</param>
    public static string Text(this JsonElement element, string path)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException cause)
        {
            throw FileFaults.Corrupt(path, "a string was expected that is valid Unicode text", cause);
        }
    }
}
