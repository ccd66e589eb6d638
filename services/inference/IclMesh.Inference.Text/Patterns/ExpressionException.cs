namespace IclMesh.Inference.Text.Patterns;

/// <summary>An expression is no valid one, or uses what is not supported.</summary>
/// <param name="isUnsupported">It is valid in its own dialect.</param>
/// <param name="message">What is wrong, with the place.</param>
internal sealed class ExpressionException(bool isUnsupported, string message) : Exception(message)
{
    public bool IsUnsupported { get; } = isUnsupported;
}
