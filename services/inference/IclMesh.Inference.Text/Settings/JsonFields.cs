using System.Text.Json;

namespace IclMesh.Inference.Text.Settings;

/// <summary>Typed fields of one JSON object; a field of the wrong type or out of range is an error that names file and field.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Element">The object.</param>
internal readonly record struct JsonFields(string Path, JsonElement Element)
{
    /// <summary>The first of several spellings that is present and not null.</summary>
    public JsonElement? Find(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                return value;
            }
        }

        return null;
    }

    public int? Integer(params ReadOnlySpan<string> names) => Find(names) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) => number,
        var value => throw Wrong(names, "a whole number", value.Value),
    };

    public int RequiredInteger(params ReadOnlySpan<string> names) => Integer(names) ?? throw FileFaults.Corrupt(Path, $"{Spelled(names)} is missing");

    public double? Number(params ReadOnlySpan<string> names) => Find(names) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when double.IsFinite(value.GetDouble()) => value.GetDouble(),
        var value => throw Wrong(names, "a finite number", value.Value),
    };

    public bool? Flag(params ReadOnlySpan<string> names) => Find(names) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        var value => throw Wrong(names, "true or false", value.Value),
    };

    public string? Text(params ReadOnlySpan<string> names) => Find(names) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        var value => throw Wrong(names, "a text", value.Value),
    };

    public JsonFields? Object(params ReadOnlySpan<string> names) => Find(names) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new(Path, value),
        var value => throw Wrong(names, "an object", value.Value),
    };

    public IReadOnlyList<JsonElement> List(params ReadOnlySpan<string> names) => Find(names) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray()],
        var value => throw Wrong(names, "a list", value.Value),
    };

    /// <summary>The objects of a list.</summary>
    public IReadOnlyList<JsonFields> Objects(params ReadOnlySpan<string> names)
    {
        var objects = new List<JsonFields>();
        foreach (var item in List(names))
        {
            objects.Add(item.ValueKind == JsonValueKind.Object ? new(Path, item) : throw Wrong(names, "a list of objects", item));
        }

        return objects;
    }

    private MeshException Wrong(ReadOnlySpan<string> names, string expected, JsonElement actual)
    {
        var text = actual.GetRawText();
        return FileFaults.Corrupt(Path, $"{Spelled(names)} must be {expected}, is {(text.Length > 60 ? text[..60] + "..." : text)}");
    }

    private static string Spelled(ReadOnlySpan<string> names) => string.Join(" or ", names.ToArray());
}
