using IclMesh.Train.Text;
using TorchSharp;
using static TorchSharp.torch.nn.functional;

namespace IclMesh.Train.Model;

/// <summary>A BERT encoder with mean pooling, in Hugging Face's parameter names.</summary>
internal sealed class BertEncoder
{
    public BertEncoder(BertShape shape)
    {
        Shape = shape;
        var d = shape.Hidden;
        Weights.Normal("embeddings.word_embeddings.weight", 0.05, shape.Vocabulary, d);
        Weights.Normal("embeddings.position_embeddings.weight", 0.01, shape.Positions, d);
        Weights.Normal("embeddings.token_type_embeddings.weight", 0.01, 2, d);
        Norm("embeddings.LayerNorm");
        for (var l = 0; l < shape.Layers; l++)
        {
            var layer = $"encoder.layer.{l}.";
            foreach (var part in (string[])["query", "key", "value"])
                Linear(layer + "attention.self." + part, d, d, 1 / Math.Sqrt(d));
            // Small output projections: the residual stream, which is the word vectors, decides at first.
            Linear(layer + "attention.output.dense", d, d, 0.2 / Math.Sqrt(d));
            Norm(layer + "attention.output.LayerNorm");
            Linear(layer + "intermediate.dense", shape.FeedForward, d, 1 / Math.Sqrt(d));
            Linear(layer + "output.dense", d, shape.FeedForward, 0.2 / Math.Sqrt(shape.FeedForward));
            Norm(layer + "output.LayerNorm");
        }

        void Norm(string name)
        {
            Weights.Constant(name + ".weight", 1, d);
            Weights.Constant(name + ".bias", 0, d);
        }

        void Linear(string name, long to, long from, double deviation)
        {
            Weights.Normal(name + ".weight", deviation, to, from);
            Weights.Constant(name + ".bias", 0, to);
        }
    }

    public BertShape Shape { get; }

    public Weights Weights { get; } = new();

    /// <summary>Mean-pooled last layer, [B, d], not normalised.</summary>
    /// <param name="ids">Token ids with [CLS] and [SEP], padded, [B, T].</param>
    /// <param name="mask">1 for tokens, 0 for padding, [B, T].</param>
    /// <param name="dropout">Probability of dropping an element of each sub-layer's output.</param>
    public torch.Tensor Encode(torch.Tensor ids, torch.Tensor mask, double dropout = 0)
    {
        var (batch, length) = (ids.shape[0], ids.shape[1]);
        var w = Weights;
        var x = w["embeddings.word_embeddings.weight"].Rows(ids)
            + w["embeddings.position_embeddings.weight"].slice(0, 0, length, 1)
            + w["embeddings.token_type_embeddings.weight"].select(0, 0);
        x = Drop(Norm(x, "embeddings.LayerNorm"));
        var bias = (1 - mask).mul(-1e9f).view(batch, 1, 1, length);
        for (var l = 0; l < Shape.Layers; l++)
        {
            var layer = $"encoder.layer.{l}.";
            var mixed = scaled_dot_product_attention(Split("query"), Split("key"), Split("value"), bias);
            mixed = mixed.transpose(1, 2).reshape(batch, length, Shape.Hidden);
            x = Norm(x + Drop(Linear(mixed, layer + "attention.output.dense")), layer + "attention.output.LayerNorm");
            var inner = gelu(Linear(x, layer + "intermediate.dense"));
            x = Norm(x + Drop(Linear(inner, layer + "output.dense")), layer + "output.LayerNorm");

            torch.Tensor Split(string part) =>
                Linear(x, layer + "attention.self." + part).view(batch, length, Shape.Heads, Shape.HeadSize).transpose(1, 2);
        }
        var weights = mask.unsqueeze(2);
        return (x * weights).sum(1) / weights.sum(1);

        torch.Tensor Norm(torch.Tensor t, string name) =>
            layer_norm(t, [Shape.Hidden], w[name + ".weight"], w[name + ".bias"], Shape.Epsilon);

        torch.Tensor Linear(torch.Tensor t, string name) => linear(t, w[name + ".weight"], w[name + ".bias"]);

        torch.Tensor Drop(torch.Tensor t) => dropout > 0 ? torch.nn.functional.dropout(t, dropout, training: true) : t;
    }

    /// <summary>Embeddings of length 1 of texts given as pieces, [N, d].</summary>
    /// <param name="texts">Pieces of every text, without special tokens.</param>
    /// <param name="begin">Id of [CLS].</param>
    /// <param name="separator">Id of [SEP].</param>
    public torch.Tensor Embed(IReadOnlyList<int[]> texts, int begin = WordPiece.Begin, int separator = WordPiece.Separator)
    {
        const int Batch = 128;
        using var gradients = torch.no_grad();
        var result = torch.zeros(texts.Count, Shape.Hidden);
        foreach (var chunk in texts.Select((pieces, index) => (pieces, index)).OrderBy(x => x.pieces.Length).Chunk(Batch))
        {
            using var scope = torch.NewDisposeScope();
            var (ids, mask) = TextBatch.Pad([.. chunk.Select(x => x.pieces)], Shape.Positions, begin, separator);
            result.index_copy_(0, torch.tensor(chunk.Select(x => (long)x.index).ToArray()), normalize(Encode(ids, mask)));
        }
        return result;
    }
}
