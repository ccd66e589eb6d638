using IclMesh.Inference.Engine.Graphs;
using IclMesh.Inference.Engine.Precisions;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Engine.Families;

/// <summary>Llama, Mistral, SmolLM2; Qwen2 (biases) and Qwen3 (norms on queries and keys) differ in the projections only.</summary>
internal static class LlamaFamily
{
    /// <summary>Writes the whole decoder.</summary>
    public static void Write(DecoderGraph graph)
    {
        var configuration = graph.Configuration;
        graph.AllowRotation();
        var residual = graph.Embed("model.embed_tokens.weight");
        var normed = graph.ResidualNorm(residual, "model.layers.0.input_layernorm.weight");
        for (var layer = 0; layer < configuration.Layers; layer++)
        {
            var stem = $"model.layers.{layer}.";
            graph.Hidden(layer, residual);
            var attended = graph.WriteResidual(
                Attend(graph, layer, normed, stem), configuration.Heads * configuration.HeadSize, $"{stem}self_attn.o_proj.weight");
            (normed, residual) = graph.AddRmsNorm(attended, residual, $"{stem}post_attention_layernorm.weight");
            var wide = graph.ReadResidual(
                normed,
                $"{stem}post_attention_layernorm.weight",
                2 * configuration.FeedForwardSize,
                $"{stem}mlp.gate_proj.weight",
                WeightReader.Stack($"{stem}mlp.gate_proj.weight", $"{stem}mlp.up_proj.weight"));
            var narrow = graph.WriteResidual(
                graph.GatedSilu(wide), configuration.FeedForwardSize, $"{stem}mlp.down_proj.weight", LinearRole.FeedForwardOut);
            var next = layer + 1 < configuration.Layers ? $"model.layers.{layer + 1}.input_layernorm.weight" : "model.norm.weight";
            (normed, residual) = graph.AddRmsNorm(narrow, residual, next);
        }

        graph.Head(normed, configuration.TiedHead ? "model.embed_tokens.weight" : "lm_head.weight");
    }

    private static string Attend(DecoderGraph graph, int layer, string x, string stem)
    {
        var configuration = graph.Configuration;
        var packed = Project(graph, layer, x, stem);
        if (configuration.Family != ModelFamily.Qwen3)
        {
            return graph.Attention(layer, packed);
        }

        // The fused operator refuses norms of queries and keys on the CPU, so norm and rotation come before it.
        var parts = graph.Split(packed);
        return graph.Attention(
            layer,
            graph.Rotate(HeadNorm(graph, parts[0], configuration.Heads, $"{stem}self_attn.q_norm.weight"), configuration.Heads),
            graph.Rotate(
                HeadNorm(graph, parts[1], configuration.KeyValueHeads, $"{stem}self_attn.k_norm.weight"), configuration.KeyValueHeads),
            parts[2]);
    }

    private static string Project(DecoderGraph graph, int layer, string x, string stem)
    {
        var configuration = graph.Configuration;
        var columns = configuration.HiddenSize;
        var queries = configuration.Heads * configuration.HeadSize;
        var keys = configuration.KeyValueHeads * configuration.HeadSize;
        string[] names = [.. "qkv".Select(letter => $"{stem}self_attn.{letter}_proj")];
        var stack = WeightReader.Stack([.. names.Select(name => $"{name}.weight")]);
        var biased = FamilyTensors.HasProjectionBias(configuration, graph.Tensors.Tensors.ContainsKey, layer);
        return graph.ReadResidual(
            x,
            $"{stem}input_layernorm.weight",
            queries + (2 * keys),
            $"{stem}self_attn.qkv_proj",
            (source, destination) =>
            {
                stack(source, destination);
                if (configuration.InterleavedQueryKeyRows)
                {
                    WeightReader.HalveRows(destination[..((queries + keys) * columns)], columns, configuration.HeadSize);
                }
            },
            biased ? WeightReader.Stack([.. names.Select(name => $"{name}.bias")]) : null,
            LinearRole.QueryKeyValue);
    }

    private static string HeadNorm(DecoderGraph graph, string x, int heads, string weight)
    {
        var size = graph.Configuration.HeadSize;
        var apart = graph.Graph.Node("Reshape", [x, graph.Graph.Constant(0, 0, heads, size)]);
        return graph.Graph.Node("Reshape", [graph.RmsNorm(apart, weight, size), graph.Graph.Constant(0, 0, heads * size)]);
    }
}
