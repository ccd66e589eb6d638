using IclMesh.Inference.Core.Sources;

namespace IclMesh.Inference.Core.Tokenization.Loading;

/// <summary>A <c>pattern</c>: <c>{"String": ...}</c> or <c>{"Regex": ...}</c>.</summary>
internal static class PatternJson
{
    public static TextPattern Read(JsonFields settings)
    {
        var pattern = settings.Object("pattern") ?? throw FileFaults.Corrupt(settings.Path, "pattern is missing");
        return pattern.Text("String") is { } literal
            ? TextPattern.Literal(literal)
            : TextPattern.Expression(pattern.Text("Regex") ?? throw FileFaults.Corrupt(settings.Path, "pattern must be a String or a Regex"));
    }
}
