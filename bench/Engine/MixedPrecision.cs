using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.Engine.Precisions;

namespace IclMesh.Bench.Engine;

/// <summary>A mode with some of its matrices in fp32.</summary>
/// <param name="name">Name of the mixture.</param>
/// <param name="reduced">Writes the others.</param>
/// <param name="exact">Parts of the names of the layers that stay fp32; <c>head</c> is the output head.</param>
internal sealed class MixedPrecision(string name, ILinearWriter reduced, string[] exact) : ILinearWriter
{
    private readonly FullPrecision full = new();

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool WantsRotation => reduced.WantsRotation;

    /// <inheritdoc/>
    public string Write(GraphWriter graph, string x, LinearSpec spec) =>
        (exact.Any(part => spec.Name.Contains(part, StringComparison.Ordinal)) ? full : reduced).Write(graph, x, spec);

    /// <inheritdoc/>
    public string WriteHead(GraphWriter graph, string x, LinearSpec spec) => (exact.Contains("head") ? full : reduced).WriteHead(graph, x, spec);
}
