using System.Text.Json;
using IclMesh.Train.Data;
using IclMesh.Train.Evaluation;
using IclMesh.Train.Model;
using IclMesh.Train.Text;

namespace IclMesh.Train.Commands;

/// <summary>Reports how often the labels of the nearest train rows name a row's class: by the sentence encoder, by a reference encoder where there is one, and by BM25.</summary>
internal static class NearestCommand
{
    private const int Voters = 8;
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true };

    public static void Run(Options options)
    {
        var data = options.Text("data", "../../../shared/data");
        var tokenizer = WordPiece.Load(options.Text("vocabulary", "vocabulary.txt"));
        var encoder = Models.Encoder(options.Text("encoder", "encoder.safetensors"));
        var reference = options.Text("reference", "../../../shared/models/all-MiniLM-L6-v2");
        var rows = options.Text("rows", "development");
        var tasks = options.Text("tasks", "sst2,ag_news,trec,subj,cr").Split(',');
        var output = options.Text("output", "nearest.json");
        options.RefuseUnknown();

        var corpus = Corpus.Load(data, tokenizer);
        var foreign = Directory.Exists(reference) ? new ReferenceEncoder(reference) : null;
        var figures = new Dictionary<string, object> { ["rows"] = rows, ["voters"] = Voters };
        foreach (var name in tasks)
        {
            var task = corpus[name];
            var (queries, train) = task.Asked(rows);
            var searches = new Dictionary<string, int[][]>
            {
                ["iclmesh-tiny-embed"] = NearestNeighbours.Rank(Embed(train), Embed(queries), Voters),
            };
            if (foreign is not null)
                searches[Path.GetFileName(Path.TrimEndingDirectorySeparator(reference))] = NearestNeighbours.Rank(foreign.Embed(train), foreign.Embed(queries), Voters);
            var words = new Bm25([.. train.Select(r => r.Text)]);
            searches["BM25"] = [.. queries.Select(q => words.Nearest(q.Text, Voters))];
            figures[name] = searches.ToDictionary(s => s.Key, s => new { nearest = Agreement(s.Value, 1), vote = Agreement(s.Value, Voters) });
            Console.WriteLine($"{name}: {JsonSerializer.Serialize(figures[name])}");

            Share Agreement(int[][] ranked, int k) =>
                Share.Of([.. ranked.Zip(queries, (nearest, query) => NearestNeighbours.Vote([.. nearest.Take(k)], train, task.Classes) == query.Label)]);
        }
        File.WriteAllText(output, JsonSerializer.Serialize(figures, indented));

        TorchSharp.torch.Tensor Embed(Row[] texts) => encoder.Embed([.. texts.Select(r => r.Pieces)]);
    }
}
