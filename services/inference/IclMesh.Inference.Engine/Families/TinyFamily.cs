using IclMesh.Inference.Engine.Precisions;

namespace IclMesh.Inference.Engine.Families;

/// <summary>The project's own small decoder: pre-LayerNorm, positions only through ALiBi slopes per layer and head, exact gelu.</summary>
internal static class TinyFamily
{
    /// <summary>Writes the whole decoder.</summary>
    public static void Write(DecoderGraph graph)
    {
        var configuration = graph.Configuration;
        var (hidden, wide) = (configuration.HiddenSize, configuration.FeedForwardSize);
        var residual = graph.Embed("model.embed_tokens.weight");
        var normed = graph.LayerNorm(residual, "model.layers.0.input_norm");
        for (var layer = 0; layer < configuration.Layers; layer++)
        {
            var stem = $"model.layers.{layer}.";
            graph.Hidden(layer, residual);
            var packed = graph.Linear(normed, hidden, 3 * hidden, [$"{stem}attention.qkv.weight"], [$"{stem}attention.qkv.bias"], LinearRole.QueryKeyValue);
            var attended = graph.Linear(graph.Attention(layer, packed), hidden, hidden, [$"{stem}attention.output.weight"]);
            (normed, residual) = graph.AddLayerNorm(attended, residual, $"{stem}feed_forward_norm");
            var active = graph.Gelu(graph.Linear(normed, hidden, wide, [$"{stem}feed_forward.up.weight"]), approximate: false);
            var next = layer + 1 < configuration.Layers ? $"model.layers.{layer + 1}.input_norm" : "model.norm";
            (normed, residual) = graph.AddLayerNorm(
                graph.Linear(active, wide, hidden, [$"{stem}feed_forward.down.weight"], role: LinearRole.FeedForwardOut), residual, next);
        }

        graph.Head(normed, configuration.TiedHead ? "model.embed_tokens.weight" : "lm_head.weight");
    }
}
