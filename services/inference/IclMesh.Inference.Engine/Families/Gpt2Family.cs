using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.Engine.Precisions;

namespace IclMesh.Inference.Engine.Families;

/// <summary>GPT-2: learned positions, layer norms with bias, fused projections stored as [in, out], gelu_new.</summary>
internal static class Gpt2Family
{
    /// <summary>Writes the whole decoder.</summary>
    public static void Write(DecoderGraph graph)
    {
        var configuration = graph.Configuration;
        var (hidden, wide) = (configuration.HiddenSize, configuration.FeedForwardSize);
        var positions = graph.Graph.Node(
            "Gather", [graph.Vector("transformer.wpe.weight", configuration.ContextLength, hidden), GraphNames.Positions]);
        var residual = graph.Add(graph.Embed("transformer.wte.weight"), positions);
        var normed = graph.LayerNorm(residual, "transformer.h.0.ln_1");
        for (var layer = 0; layer < configuration.Layers; layer++)
        {
            var stem = $"transformer.h.{layer}.";
            graph.Hidden(layer, residual);
            var attended = graph.Attention(layer, Project(graph, normed, $"{stem}attn.c_attn", hidden, 3 * hidden, LinearRole.QueryKeyValue));
            (normed, residual) = graph.AddLayerNorm(
                Project(graph, attended, $"{stem}attn.c_proj", hidden, hidden), residual, $"{stem}ln_2");
            var active = graph.Gelu(Project(graph, normed, $"{stem}mlp.c_fc", hidden, wide), approximate: true);
            var next = layer + 1 < configuration.Layers ? $"transformer.h.{layer + 1}.ln_1" : "transformer.ln_f";
            (normed, residual) = graph.AddLayerNorm(
                Project(graph, active, $"{stem}mlp.c_proj", wide, hidden, LinearRole.FeedForwardOut), residual, next);
        }

        graph.Head(normed, configuration.TiedHead ? "transformer.wte.weight" : "lm_head.weight");
    }

    private static string Project(DecoderGraph graph, string x, string stem, int inputs, int outputs, LinearRole role = LinearRole.Other) =>
        graph.Linear(
            x,
            inputs,
            outputs,
            $"{stem}.weight",
            WeightReader.Transposed($"{stem}.weight", inputs),
            WeightReader.Stack($"{stem}.bias"),
            role);
}
