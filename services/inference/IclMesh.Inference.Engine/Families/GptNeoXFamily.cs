using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.Engine.Precisions;

namespace IclMesh.Inference.Engine.Families;

/// <summary>GPT-NeoX (Pythia): two norms, parallel residual by flag, projections fused per head, partial rotation, exact gelu.</summary>
internal static class GptNeoXFamily
{
    /// <summary>Writes the whole decoder.</summary>
    public static void Write(DecoderGraph graph)
    {
        var configuration = graph.Configuration;
        var (hidden, wide) = (configuration.HiddenSize, configuration.FeedForwardSize);
        var residual = graph.Embed("gpt_neox.embed_in.weight");
        var normed = graph.LayerNorm(residual, "gpt_neox.layers.0.input_layernorm");
        for (var layer = 0; layer < configuration.Layers; layer++)
        {
            var stem = $"gpt_neox.layers.{layer}.";
            graph.Hidden(layer, residual);
            var attended = Dense(graph, graph.Attention(layer, Project(graph, normed, stem)), $"{stem}attention.dense", hidden, hidden);
            var next = layer + 1 < configuration.Layers ? $"gpt_neox.layers.{layer + 1}.input_layernorm" : "gpt_neox.final_layer_norm";
            if (configuration.ParallelResidual)
            {
                var fed = FeedForward(graph, graph.LayerNorm(residual, $"{stem}post_attention_layernorm"), stem, hidden, wide);
                (normed, residual) = graph.AddLayerNorm(graph.Add(attended, fed), residual, next);
            }
            else
            {
                (normed, residual) = graph.AddLayerNorm(attended, residual, $"{stem}post_attention_layernorm");
                (normed, residual) = graph.AddLayerNorm(FeedForward(graph, normed, stem, hidden, wide), residual, next);
            }
        }

        graph.Head(normed, configuration.TiedHead ? "gpt_neox.embed_in.weight" : "embed_out.weight");
    }

    private static string Project(DecoderGraph graph, string x, string stem)
    {
        var configuration = graph.Configuration;
        var (hidden, size) = (configuration.HiddenSize, configuration.HeadSize);
        var name = $"{stem}attention.query_key_value";
        return graph.Linear(
            x,
            hidden,
            3 * hidden,
            $"{name}.weight",
            WeightReader.SplitHeads($"{name}.weight", configuration.Heads, size * hidden),
            WeightReader.SplitHeads($"{name}.bias", configuration.Heads, size),
            LinearRole.QueryKeyValue);
    }

    private static string FeedForward(DecoderGraph graph, string x, string stem, int hidden, int wide) =>
        Dense(
            graph,
            graph.Gelu(Dense(graph, x, $"{stem}mlp.dense_h_to_4h", hidden, wide), approximate: false),
            $"{stem}mlp.dense_4h_to_h",
            wide,
            hidden,
            LinearRole.FeedForwardOut);

    private static string Dense(DecoderGraph graph, string x, string stem, int inputs, int outputs, LinearRole role = LinearRole.Other) =>
        graph.Linear(x, inputs, outputs, [$"{stem}.weight"], [$"{stem}.bias"], role);
}
