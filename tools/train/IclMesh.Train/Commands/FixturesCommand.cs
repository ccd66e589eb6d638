using System.Text.Json;
using IclMesh.Train.Export;
using IclMesh.Train.Model;
using IclMesh.Train.Text;
using TorchSharp;

namespace IclMesh.Train.Commands;

/// <summary>Writes what the exported models must answer: token ids, logits, attention and embeddings, computed here from the same fp16 weights.</summary>
internal static class FixturesCommand
{
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] prompts =
    [
        "[IN] a warm and funny film [OUT] Positive [NL] [IN] boring, and badly edited [OUT] Negative [NL] [IN] a wonderful cast [OUT]",
        "[IN] Late goal wins the cup final [OUT] Sports [NL] [IN] Oil prices climb as supply worries grow [OUT] Business [NL] [IN] Army pulls back from the border town [OUT]",
        "[IN] Who wrote it? [OUT] green forest [NL] [IN] Where is the Café? [OUT] lemona [NL] [IN] When did it open? [OUT]",
        "[IN] query without any demonstration [OUT]",
        "[IN]",
    ];

    private static readonly string[] texts =
        ["a warm and funny film", "Oil prices climb above 50 dollars a barrel", "Where is the Café?", "a", "It's unbelievably (un)predictable... #tag @user"];

    public static void Run(Options options)
    {
        var tokenizer = WordPiece.Load(options.Text("vocabulary", "vocabulary.txt"));
        var decoder = Models.Decoder(options.Text("checkpoint", "decoder.safetensors"));
        var encoder = Models.Encoder(options.Text("encoder", "encoder.safetensors"));
        var output = Directory.CreateDirectory(options.Text("output", "fixtures")).FullName;
        options.RefuseUnknown();
        using var gradients = torch.no_grad();
        Decoder(decoder, tokenizer, Path.Combine(output, "iclmesh-tiny"));
        Encoder(encoder, tokenizer, Path.Combine(output, "iclmesh-tiny-embed"));
    }

    private static void Decoder(TinyDecoder decoder, WordPiece tokenizer, string file)
    {
        // The head that is exported is the product of two matrices, rounded after it is formed.
        var head = Half(decoder.Head());
        Round(decoder.Weights.All.Where(x => x.Key != "head").Select(x => (torch.Tensor)x.Value).Append(decoder.Codes));
        var tensors = new Dictionary<string, torch.Tensor>();
        var cases = prompts.Select((prompt, i) =>
        {
            var ids = Encode(prompt, tokenizer);
            var hidden = decoder.Run(torch.tensor(ids.Select(x => (long)x).ToArray(), [1, ids.Length]), (layer, _, q, k) =>
            {
                var scores = q[0].matmul(k[0].transpose(1, 2)) / Math.Sqrt(decoder.Shape.HeadSize);
                tensors[$"{i}.attention.{layer}"] = (scores + decoder.Mask(layer, ids.Length)[0]).softmax(2);
            });
            tensors[$"{i}.logits"] = decoder.FinalNorm(hidden[0]).matmul(head.t());
            return new { text = prompt, ids };
        }).ToList();
        File.WriteAllText(file + ".json", JsonSerializer.Serialize(cases, indented) + "\n");
        // The vocabulary is large: the last row of logits is enough, attention [H, T, T] is kept whole.
        Safetensors.Write(file + ".safetensors", tensors.ToDictionary(t => t.Key, t => t.Key.EndsWith("logits", StringComparison.Ordinal) ? t.Value[-1] : t.Value), half: false);
    }

    private static void Encoder(BertEncoder encoder, WordPiece tokenizer, string file)
    {
        Round(encoder.Weights.All.Values);
        var pieces = texts.Select(tokenizer.Encode).ToList();
        var cases = texts.Select((text, i) => new { text, ids = (int[])[WordPiece.Begin, .. pieces[i], WordPiece.Separator] });
        File.WriteAllText(file + ".json", JsonSerializer.Serialize(cases, indented) + "\n");
        Safetensors.Write(file + ".safetensors", new Dictionary<string, torch.Tensor> { ["embeddings"] = encoder.Embed(pieces) }, half: false);
    }

    private static int[] Encode(string prompt, WordPiece tokenizer) =>
        [.. System.Text.RegularExpressions.Regex.Split(prompt, @"(\[IN\]|\[OUT\]|\[NL\])")
            .SelectMany(part => Array.IndexOf(WordPiece.Special, part) is >= 0 and var id ? [id] : tokenizer.Encode(part))];

    private static void Round(IEnumerable<torch.Tensor> tensors)
    {
        foreach (var tensor in tensors)
            tensor.copy_(Half(tensor));
    }

    private static torch.Tensor Half(torch.Tensor tensor) => tensor.to(torch.ScalarType.Float16).to(torch.ScalarType.Float32);
}
