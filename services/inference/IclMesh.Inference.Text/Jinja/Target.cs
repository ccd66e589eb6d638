namespace IclMesh.Inference.Text.Jinja;

/// <summary>What an assignment assigns to.</summary>
internal abstract record Target
{
    internal sealed record Variable(string Name) : Target;

    internal sealed record NamespaceField(string Namespace, string Field) : Target;

    internal sealed record Unpacked(IReadOnlyList<Target> Parts) : Target;
}
