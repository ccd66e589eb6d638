namespace IclMesh.Inference.Text.Jinja;

/// <summary>The value of a name that has none: empty as text, false as a condition, an error for anything more.</summary>
/// <param name="What">What is missing, for the error.</param>
internal sealed record Undefined(string What)
{
    public TemplateException Error() => TemplateException.Value($"{What} is undefined");
}
