using IclMesh.Train.Text;
using TorchSharp;
using static TorchSharp.torch.nn.functional;

namespace IclMesh.Train.Model;

/// <summary>The pre-LayerNorm decoder with ALiBi slopes. FORMAT.md describes the forward pass.</summary>
/// <remarks>
/// The embedding is a trained half (meaning) and a fixed random half (identity). The head maps the last layer to that identity space and compares with
/// every token's code, so copying one label word is copying any label word.
/// </remarks>
internal sealed class TinyDecoder
{
    private const double EmbeddingDeviation = 0.5;
    private const double ValueNoise = 0.3, HeadGain = 0.4;
    private const float KernelGain = 0.7f, LocalGain = 1.0f, OutputGain = 0.5f;
    private readonly Dictionary<(int Layer, int Length), torch.Tensor> masks = [];

    /// <param name="shape">Sizes.</param>
    /// <param name="vectors">Word vectors that fill the leading dimensions, [V, at most Meaning]; null for random ones.</param>
    public TinyDecoder(DecoderShape shape, torch.Tensor? vectors)
    {
        Shape = shape;
        var (v, d, f) = (shape.Vocabulary, shape.Hidden, shape.FeedForward);
        var structural = torch.ones(v, 1);
        structural.slice(0, 0, WordPiece.Special.Length, 1).fill_(0.2f);
        var meaning = torch.randn(v, shape.Meaning);
        if (vectors is not null)
            meaning.narrow(1, 0, vectors.shape[1]).copy_(vectors / vectors.std());
        Weights.Add("meaning", meaning * EmbeddingDeviation * structural);
        Codes = (torch.randn(v, shape.Code) * EmbeddingDeviation * structural).DetachFromDisposeScope();
        for (var l = 0; l < shape.Layers; l++)
        {
            var layer = $"layers.{l}.";
            Norm(layer + "input_norm");
            var qkv = torch.randn(3 * d, d) / Math.Sqrt(d);
            for (var h = 0; h < shape.Heads; h++)
            {
                var queries = qkv.narrow(0, h * shape.HeadSize, shape.HeadSize);
                var keys = qkv.narrow(0, d + (h * shape.HeadSize), shape.HeadSize);
                // Heads without position start as a symmetric kernel: keys are read as queries are. The others start as plain averages of what is near.
                if (shape.Slopes[l][h] == 0)
                    keys.copy_(queries.mul_(KernelGain));
                else
                    queries.mul_(0.1);
            }
            // Values and outputs start near the identity: heads with position then average the meaning of the words before them,
            // heads without copy the identity of what they attend to. Without this, copying is learned before anything else can be.
            qkv.narrow(0, 2 * d, d).mul_(ValueNoise).add_(torch.eye(d));
            Weights.Add(layer + "attention.qkv.weight", qkv);
            Weights.Constant(layer + "attention.qkv.bias", 0, 3 * d);
            var gains = torch.tensor(shape.Slopes[l].SelectMany(s => Enumerable.Repeat(s > 0 ? LocalGain : OutputGain, shape.HeadSize)).ToArray());
            Weights.Add(layer + "attention.output.weight", torch.diag(gains) + (torch.randn(d, d) * (ValueNoise / Math.Sqrt(d))));
            Norm(layer + "feed_forward_norm");
            Weights.Normal(layer + "feed_forward.up.weight", 1 / Math.Sqrt(d), f, d);
            Weights.Normal(layer + "feed_forward.down.weight", 1 / Math.Sqrt(d) / Math.Sqrt(2 * shape.Layers), d, f);
        }
        Norm("norm");
        var read = torch.randn(shape.Code, d) * 0.02;
        read.narrow(1, shape.Meaning, shape.Code).add_(torch.eye(shape.Code) * HeadGain);
        Weights.Add("head", read);

        void Norm(string name)
        {
            Weights.Constant(name + ".weight", 1, d);
            Weights.Constant(name + ".bias", 0, d);
        }
    }

    public DecoderShape Shape { get; }

    public Weights Weights { get; } = new();

    /// <summary>The fixed code of every token, [V, Code].</summary>
    public torch.Tensor Codes { get; }

    /// <summary>The whole embedding, [V, d].</summary>
    public torch.Tensor Embedding() => torch.cat([Weights["meaning"], Codes], 1);

    /// <summary>The output head over the whole vocabulary, [V, d].</summary>
    public torch.Tensor Head() => Codes.matmul(Weights["head"]);

    /// <summary>Runs the layers.</summary>
    /// <param name="ids">Token ids, [B, T].</param>
    /// <param name="onLayer">Receives the layer, the residual stream after it [B, T, d], its queries and keys [B, H, T, D].</param>
    /// <param name="dropout">Probability that a meaning dimension is missing from a whole sequence; 0 outside training.</param>
    /// <param name="layerDropout">Probability that an element of what attention or feed-forward adds is missing; 0 outside training.</param>
    /// <returns>The residual stream after the last layer, before the final norm, [B, T, d].</returns>
    public torch.Tensor Run(torch.Tensor ids, Action<int, torch.Tensor, torch.Tensor, torch.Tensor>? onLayer = null, double dropout = 0, double layerDropout = 0)
    {
        var (batch, length) = (ids.shape[0], ids.shape[1]);
        var meaning = Weights["meaning"].Rows(ids);
        if (dropout > 0)
            meaning = meaning * torch.nn.functional.dropout(torch.ones(batch, 1, Shape.Meaning), dropout, training: true);
        var x = torch.cat([meaning, Codes.Rows(ids)], 2);
        for (var l = 0; l < Shape.Layers; l++)
        {
            var layer = $"layers.{l}.";
            var qkv = linear(Norm(x, layer + "input_norm"), Weights[layer + "attention.qkv.weight"], Weights[layer + "attention.qkv.bias"])
                .view(batch, length, 3, Shape.Heads, Shape.HeadSize).permute(2, 0, 3, 1, 4);
            var (q, k, v) = (qkv[0], qkv[1], qkv[2]);
            var mixed = scaled_dot_product_attention(q, k, v, Mask(l, (int)length)).transpose(1, 2).reshape(batch, length, Shape.Hidden);
            x = x + Thin(linear(mixed, Weights[layer + "attention.output.weight"]));
            var inner = gelu(linear(Norm(x, layer + "feed_forward_norm"), Weights[layer + "feed_forward.up.weight"]));
            x = x + Thin(linear(inner, Weights[layer + "feed_forward.down.weight"]));
            onLayer?.Invoke(l, x, q, k);
        }
        return x;

        torch.Tensor Thin(torch.Tensor added) => layerDropout > 0 ? torch.nn.functional.dropout(added, layerDropout, training: true) : added;
    }

    /// <summary>Logits of some tokens at some positions: [N, d] states and [M] token ids give [N, M].</summary>
    public torch.Tensor Logits(torch.Tensor states, torch.Tensor tokens) =>
        linear(FinalNorm(states), Weights["head"]).matmul(Codes.index_select(0, tokens).t());

    /// <summary>The norm before the head, [..., d].</summary>
    public torch.Tensor FinalNorm(torch.Tensor states) => Norm(states, "norm");

    /// <summary>What is added to attention scores of a layer: <c>-slope (i - j)</c>, and -infinity above the diagonal, [1, H, T, T].</summary>
    public torch.Tensor Mask(int layer, int length)
    {
        if (masks.TryGetValue((layer, length), out var known))
            return known;
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        var position = torch.arange(length, torch.ScalarType.Float32);
        var distance = position.unsqueeze(1) - position.unsqueeze(0);
        var slopes = torch.tensor(Shape.Slopes[layer]).view(-1, 1, 1);
        var mask = (distance.unsqueeze(0) * -slopes).masked_fill(distance.lt(0).unsqueeze(0), float.NegativeInfinity).unsqueeze(0);
        return masks[(layer, length)] = mask.contiguous().DetachFromDisposeScope();
    }

    private torch.Tensor Norm(torch.Tensor x, string name) =>
        layer_norm(x, [Shape.Hidden], Weights[name + ".weight"], Weights[name + ".bias"], DecoderShape.Epsilon);
}
