using System.Text.Json;
using IclMesh.Train.Data;
using IclMesh.Train.Evaluation;
using IclMesh.Train.Export;
using IclMesh.Train.Model;
using IclMesh.Train.Text;
using IclMesh.Train.Training;
using TorchSharp;

namespace IclMesh.Train.Commands;

/// <summary>Trains the sentence encoder and writes its weights in fp32.</summary>
internal static class EncoderCommand
{
    public static void Run(Options options)
    {
        var data = options.Text("data", "../../../shared/data");
        var tokenizer = WordPiece.Load(options.Text("vocabulary", "vocabulary.txt"));
        var output = options.Text("output", "encoder.safetensors");
        var vectors = options.Text("vectors", "");
        var shape = new BertShape(tokenizer.Tokens.Count, options.Count("size", 128), options.Count("layers", 1), options.Count("heads", 4),
            options.Count("feed-forward", 256), 128);
        torch.manual_seed(options.Count("seed", 1));
        var corpus = Corpus.Load(data, tokenizer);
        var encoder = new BertEncoder(shape);
        if (vectors.Length > 0)
        {
            using var gradients = torch.no_grad();
            var start = Safetensors.Read(vectors)["vectors"];
            encoder.Weights["embeddings.word_embeddings.weight"].narrow(1, 0, start.shape[1]).copy_(start / start.std() * 0.05);
        }
        var trainer = new EncoderTrainer(corpus, encoder, options, Console.WriteLine);
        options.RefuseUnknown();
        trainer.Train();
        foreach (var task in corpus.Unseen)
        {
            var (rows, queries) = (task.Train[500..], task.Train[..500]);
            var accuracy = NearestNeighbours.Accuracy(Embed(rows), rows, Embed(queries), queries, task.Classes, 8);
            Console.WriteLine($"{task.Name}: kNN {accuracy:F3} on train rows, none of them trained on");
        }
        Safetensors.Write(output, encoder.Weights.All.ToDictionary(x => x.Key, x => (torch.Tensor)x.Value), half: false);
        File.WriteAllText(output + ".options.json", JsonSerializer.Serialize(options.Used));

        torch.Tensor Embed(Row[] rows) => encoder.Embed([.. rows.Select(r => r.Pieces)]);
    }
}
