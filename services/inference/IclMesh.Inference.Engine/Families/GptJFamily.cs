using IclMesh.Inference.Engine.Precisions;

namespace IclMesh.Inference.Engine.Families;

/// <summary>GPT-J: one norm feeds attention and MLP in parallel; interleaved rotation of the leading dimensions; head with bias.</summary>
internal static class GptJFamily
{
    /// <summary>Writes the whole decoder.</summary>
    public static void Write(DecoderGraph graph)
    {
        var configuration = graph.Configuration;
        var (hidden, wide) = (configuration.HiddenSize, configuration.FeedForwardSize);
        var residual = graph.Embed("transformer.wte.weight");
        var normed = graph.LayerNorm(residual, "transformer.h.0.ln_1");
        for (var layer = 0; layer < configuration.Layers; layer++)
        {
            var stem = $"transformer.h.{layer}.";
            graph.Hidden(layer, residual);
            string[] projections = [.. "qkv".Select(letter => $"{stem}attn.{letter}_proj.weight")];
            var attended = graph.Linear(
                graph.Attention(layer, graph.Linear(normed, hidden, 3 * hidden, projections, role: LinearRole.QueryKeyValue)),
                hidden,
                hidden,
                [$"{stem}attn.out_proj.weight"]);
            var active = graph.Gelu(
                graph.Linear(normed, hidden, wide, [$"{stem}mlp.fc_in.weight"], [$"{stem}mlp.fc_in.bias"]), approximate: true);
            var fed = graph.Linear(
                active, wide, hidden, [$"{stem}mlp.fc_out.weight"], [$"{stem}mlp.fc_out.bias"], LinearRole.FeedForwardOut);
            var next = layer + 1 < configuration.Layers ? $"transformer.h.{layer + 1}.ln_1" : "transformer.ln_f";
            (normed, residual) = graph.AddLayerNorm(graph.Add(attended, fed), residual, next);
        }

        graph.Head(
            normed,
            configuration.TiedHead ? "transformer.wte.weight" : "lm_head.weight",
            "lm_head.bias");
    }
}
