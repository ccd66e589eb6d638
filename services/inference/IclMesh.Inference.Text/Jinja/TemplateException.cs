namespace IclMesh.Inference.Text.Jinja;

/// <summary>Something is wrong with a template or with what it was given; whoever renders turns it into an error for the caller.</summary>
/// <param name="kind">What can be done about it.</param>
/// <param name="message">What is wrong.</param>
internal sealed class TemplateException(TemplateFault kind, string message) : Exception(message)
{
    public TemplateFault Kind { get; } = kind;

    /// <summary>Line of the template, from 1; 0 until it is known.</summary>
    public int Line { get; set; }

    public static TemplateException Syntax(int line, string message) => new(TemplateFault.Syntax, message) { Line = line };

    public static TemplateException Value(string message) => new(TemplateFault.Value, message);
}
