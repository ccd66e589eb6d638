using IclMesh.Inference.Core.Onnx;
using static IclMesh.Inference.Core.Onnx.GraphWriter;

namespace IclMesh.Inference.Core.Families;

/// <summary>fp32 linear layers: the default wherever numbers are interpreted.</summary>
internal sealed class FullPrecision : ILinearWriter
{
    /// <inheritdoc/>
    public string Name => "fp32";

    /// <inheritdoc/>
    public string Write(GraphWriter graph, string x, LinearSpec spec) =>
        graph.Fused(
            "FusedMatMul",
            [x, graph.Weight(WeightSpec.Float($"{spec.Name}.rows", [spec.Outputs, spec.Inputs], spec.Weight))],
            Attribute("transB", 1));

    /// <inheritdoc/>
    public string WriteHead(DecoderGraph graph, string tensor) =>
        graph.Graph.Weights.Any(weight => weight.Name == tensor)
            ? tensor
            : graph.Vector(tensor, graph.Configuration.VocabularySize, graph.Configuration.HiddenSize);
}
