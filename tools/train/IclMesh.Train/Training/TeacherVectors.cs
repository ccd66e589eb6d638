using IclMesh.Train.Export;
using IclMesh.Train.Model;
using IclMesh.Train.Text;
using System.Text.Json;
using TorchSharp;

namespace IclMesh.Train.Training;

/// <summary>Embeddings by a larger public sentence encoder, read from its folder.</summary>
internal sealed class TeacherVectors
{
    private const int Batch = 64;
    private readonly BertEncoder encoder;
    private readonly WordPiece tokenizer;

    // The teacher's own ids of [CLS] and [SEP] differ from ours.
    private readonly Dictionary<int, int> special;

    public TeacherVectors(string folder)
    {
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
        int Size(string name) => config.RootElement.GetProperty(name).GetInt32();
        encoder = new(new(Size("vocab_size"), Size("hidden_size"), Size("num_hidden_layers"), Size("num_attention_heads"),
            Size("intermediate_size"), Size("max_position_embeddings")));
        encoder.Weights.Restore(Safetensors.Read(Path.Combine(folder, "model.safetensors")));
        tokenizer = WordPiece.Load(Path.Combine(folder, "vocab.txt"));
        special = new() { [WordPiece.Begin] = tokenizer.Find("[CLS]")!.Value, [WordPiece.Separator] = tokenizer.Find("[SEP]")!.Value };
    }

    /// <summary>Sentence embeddings of length 1, [N, 384], in the order of the texts.</summary>
    public torch.Tensor Embed(IReadOnlyList<string> texts, int maximum = 64)
    {
        using var gradients = torch.no_grad();
        var pieces = texts.Select((text, index) => (Ids: tokenizer.Encode(text), index)).OrderBy(x => x.Ids.Length).ToList();
        var result = torch.zeros(texts.Count, encoder.Shape.Hidden);
        foreach (var chunk in pieces.Chunk(Batch))
        {
            using var scope = torch.NewDisposeScope();
            var (ids, mask) = TextBatch.Pad([.. chunk.Select(x => x.Ids)], maximum);
            ids = ids.where(mask.eq(1).logical_not().logical_or(ids.ne(WordPiece.Begin).logical_and(ids.ne(WordPiece.Separator))), Replace(ids));
            var vectors = torch.nn.functional.normalize(encoder.Encode(ids, mask));
            result.index_copy_(0, torch.tensor(chunk.Select(x => (long)x.index).ToArray()), vectors);
        }
        return result;
    }

    private torch.Tensor Replace(torch.Tensor ids) =>
        torch.where(ids.eq(WordPiece.Begin), torch.full_like(ids, special[WordPiece.Begin]),
            torch.where(ids.eq(WordPiece.Separator), torch.full_like(ids, special[WordPiece.Separator]), ids));

    /// <summary>The leading principal components of row vectors, each column scaled alike, [N, size].</summary>
    public static torch.Tensor Principal(torch.Tensor vectors, int size)
    {
        using var gradients = torch.no_grad();
        var centred = vectors - vectors.mean([0], keepdim: true);
        var (_, basis) = torch.linalg.eigh(centred.t().matmul(centred));
        var leading = basis.slice(1, vectors.shape[1] - size, vectors.shape[1], 1).flip(1);
        var projected = centred.matmul(leading);
        return projected / projected.std();
    }
}
