using IclMesh.Inference.Text.Patterns;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.Text.Loading;

/// <summary>A <c>pattern</c>: <c>{"String": ...}</c> or <c>{"Regex": ...}</c>.</summary>
internal static class PatternJson
{
    public static TextPattern Read(JsonFields settings)
    {
        var pattern = settings.Object("pattern") ?? throw FileFaults.Corrupt(settings.Path, "pattern is missing");
        if (pattern.Text("String") is { } literal)
        {
            return TextPattern.Literal(literal);
        }

        try
        {
            return TextPattern.Expression(pattern.Text("Regex") ?? throw FileFaults.Corrupt(settings.Path, "pattern must be a String or a Regex"));
        }
        catch (ExpressionException cause)
        {
            throw cause.IsUnsupported ? FileFaults.Unsupported(settings.Path, cause.Message) : FileFaults.Corrupt(settings.Path, cause.Message, cause);
        }
    }
}
