using System.Text.Json;
using IclMesh.Train.Data;
using IclMesh.Train.Episodes;
using IclMesh.Train.Evaluation;
using IclMesh.Train.Model;
using IclMesh.Train.Text;

namespace IclMesh.Train.Commands;

/// <summary>Reports a decoder's figures, on development rows or, once at the end, on validation rows.</summary>
internal static class EvaluateCommand
{
    private static readonly JsonSerializerOptions indented = new() { WriteIndented = true };

    public static void Run(Options options)
    {
        var data = options.Text("data", "../../../shared/data");
        var tokenizer = WordPiece.Load(options.Text("vocabulary", "vocabulary.txt"));
        var labels = new LabelWords(tokenizer, File.ReadAllLines(options.Text("labels", "label-words.txt")));
        var decoder = Models.Decoder(options.Text("checkpoint", "decoder.safetensors"));
        var encoder = Models.Encoder(options.Text("encoder", "encoder.safetensors"));
        var rows = options.Text("rows", "development");
        var (episodes, longest) = (options.Count("episodes", 400), options.Count("longest", RealEpisodes.Whole));
        var tasks = options.Text("tasks", "sst2,ag_news,trec,subj,cr").Split(',');
        var briefly = options.Text("briefly", "rotten_tomatoes,tweet_eval_hate,tweet_eval_irony,tweet_eval_offensive").Split(',', StringSplitOptions.RemoveEmptyEntries);
        var output = options.Text("output", "report.json");
        options.RefuseUnknown();

        var corpus = Corpus.Load(data, tokenizer);
        var report = new DecoderReport(new EpisodeRunner(decoder), labels, tokenizer, r => encoder.Embed([.. r.Select(x => x.Pieces)]), episodes, longest);
        var figures = new Dictionary<string, object> { ["rows"] = rows, ["episodes"] = episodes, ["longestText"] = longest };
        foreach (var name in tasks.Concat(briefly))
        {
            var task = corpus[name];
            var (queries, demonstrations) = task.Asked(rows);
            figures[name] = briefly.Contains(name) ? new { k16 = report.Brief(task, demonstrations, queries) } : report.Task(task, demonstrations, queries);
            Console.WriteLine($"{name}: {JsonSerializer.Serialize(figures[name])}");
        }
        var content = DecoderCommand.Content(tokenizer);
        foreach (var classes in (int[])[2, 4])
        {
            figures[$"synthetic{classes}"] = report.Synthetic(content, classes);
            Console.WriteLine($"synthetic{classes}: {JsonSerializer.Serialize(figures[$"synthetic{classes}"])}");
        }
        File.WriteAllText(output, JsonSerializer.Serialize(figures, indented));
    }
}
