using IclMesh.Inference.Engine.Graphs;
using static IclMesh.Inference.Engine.Graphs.GraphWriter;

namespace IclMesh.Inference.Engine.Precisions;

/// <summary>fp32 linear layers: the default wherever numbers are interpreted.</summary>
internal sealed class FullPrecision : ILinearWriter
{
    /// <inheritdoc/>
    public string Name => "fp32";

    /// <inheritdoc/>
    public bool WantsRotation => false;

    /// <inheritdoc/>
    public string Write(GraphWriter graph, string x, LinearSpec spec) =>
        graph.Fused(
            "FusedMatMul",
            [x, graph.Weight(WeightSpec.Float($"{spec.Name}.rows", [spec.Outputs, spec.Inputs], spec.Weight))],
            Attribute("transB", 1));

    /// <inheritdoc/>
    public string WriteHead(GraphWriter graph, string x, LinearSpec spec)
    {
        // A tied head is the embedding, which the graph has already: one weight serves both.
        var weight = graph.Weight(WeightSpec.Float(spec.Name, [spec.Outputs, spec.Inputs], spec.Weight));
        return graph.Node("Gemm", [x, weight], Attribute("transB", 1));
    }
}
