using IclMesh.Train.Data;
using IclMesh.Train.Evaluation;
using IclMesh.Train.Export;
using IclMesh.Train.Text;
using IclMesh.Train.Training;
using TorchSharp;

namespace IclMesh.Train.Commands;

/// <summary>Trains word vectors and writes them as <c>vectors</c> [V, size].</summary>
internal static class VectorsCommand
{
    public static void Run(Options options)
    {
        var data = options.Text("data", "../../../shared/data");
        var tokenizer = WordPiece.Load(options.Text("vocabulary", "vocabulary.txt"));
        var output = options.Text("output", "vectors.safetensors");
        var corpus = Corpus.Load(data, tokenizer);
        Console.WriteLine($"{corpus.DroppedRows} train rows repeat evaluation rows and are left out; rows: "
            + string.Join("  ", corpus.Trained.Select(t => $"{t.Name} {t.Train.Length}+{t.Development.Length}")));
        var trainer = new WordVectorTrainer(corpus, tokenizer.Tokens.Count, options, Console.WriteLine);
        options.RefuseUnknown();

        var vectors = trainer.Train();
        foreach (var task in corpus.Trained.Concat(corpus.Unseen))
        {
            var queries = task.Development.Length > 0 ? task.Development : task.Train[..500];
            var train = task.Development.Length > 0 ? task.Train : task.Train[500..];
            var (rows, asked) = (Embed(train), Embed(queries));
            var mean = rows.mean([0], keepdim: true);
            var accuracy = NearestNeighbours.Accuracy(
                torch.nn.functional.normalize(rows - mean), train, torch.nn.functional.normalize(asked - mean), queries, task.Classes, 8);
            Console.WriteLine($"{task.Name}: kNN {accuracy:F3} on development rows");
        }
        Safetensors.Write(output, new Dictionary<string, torch.Tensor> { ["vectors"] = vectors }, half: false);

        torch.Tensor Embed(IEnumerable<Row> rows)
        {
            using var gradients = torch.no_grad();
            return torch.cat(rows.Chunk(256).Select(c => WordVectorTrainer.Features(vectors, [.. c.Select(r => r.Pieces)])).ToArray());
        }
    }
}
