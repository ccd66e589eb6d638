using System.Collections;
using System.Text.Json;

namespace IclMesh.Inference.Text.Jinja;

/// <summary>Turns the values of a caller into those of a template.</summary>
internal static class TemplateValues
{
    public static object? From(object? value) => value switch
    {
        null or string or bool or long or double => value,
        int or short or byte or uint => Convert.ToInt64(value),
        float or decimal => Convert.ToDouble(value),
        JsonElement element => From(element),
        IReadOnlyDictionary<string, object?> pairs => Mapping(pairs.Select(pair => (pair.Key, pair.Value))),
        IEnumerable items => items.Cast<object?>().Select(From).ToList(),
        _ => throw new ArgumentException($"{value.GetType()} is no type of template values", nameof(value)),
    };

    private static object? From(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => element.TryGetInt64(out var whole) && !element.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? (object)whole : element.GetDouble(),
        JsonValueKind.Array => element.EnumerateArray().Select(item => From(item)).ToList(),
        JsonValueKind.Object => Mapping(element.EnumerateObject().Select(member => (member.Name, (object?)member.Value))),
        _ => null,
    };

    private static Mapping Mapping(IEnumerable<(string Name, object? Value)> pairs)
    {
        var mapping = new Mapping();
        foreach (var (name, value) in pairs)
        {
            mapping[name] = From(value);
        }

        return mapping;
    }
}
