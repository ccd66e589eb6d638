namespace IclMesh.Inference.Text.Jinja;

/// <summary>Variables that stay assigned when a loop or a block ends.</summary>
internal sealed class Namespace
{
    public Dictionary<string, object?> Fields { get; } = new(StringComparer.Ordinal);
}
