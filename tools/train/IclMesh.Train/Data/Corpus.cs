using System.Text.Json;
using IclMesh.Train.Text;

namespace IclMesh.Train.Data;

/// <summary>All tasks of a data folder: train rows, development rows held out of them, and validation rows.</summary>
internal sealed class Corpus
{
    /// <summary>Tasks whose train rows are trained on.</summary>
    public static readonly string[] TrainedTasks =
        ["sst2", "ag_news", "trec", "subj", "rotten_tomatoes", "tweet_eval_hate", "tweet_eval_irony", "tweet_eval_offensive"];

    /// <summary>Tasks of which no row is trained on.</summary>
    public static readonly string[] UnseenTasks = ["cr"];

    private const double DevelopmentShare = 0.08;

    private Corpus(IReadOnlyList<TaskRows> trained, IReadOnlyList<TaskRows> unseen, int dropped)
    {
        Trained = trained;
        Unseen = unseen;
        DroppedRows = dropped;
        Classes = trained.Sum(t => t.Classes);
    }

    public IReadOnlyList<TaskRows> Trained { get; }

    public IReadOnlyList<TaskRows> Unseen { get; }

    /// <summary>Classes of all trained tasks together.</summary>
    public int Classes { get; }

    /// <summary>Train rows left out because an evaluation or development row repeats them.</summary>
    public int DroppedRows { get; }

    public TaskRows this[string name] => Trained.Concat(Unseen).First(t => t.Name == name);

    /// <summary>Train texts of the trained tasks and of mnli (unlabelled), for the vocabulary.</summary>
    public static IEnumerable<string> Texts(string folder) =>
        TrainedTasks.Append("mnli").SelectMany(task => Read(Path.Combine(folder, task, "train.jsonl"))).Select(r => r.Text);

    /// <summary>Reads and tokenises every task.</summary>
    public static Corpus Load(string folder, WordPiece tokenizer)
    {
        var overlap = new EvaluationOverlap();
        foreach (var task in TrainedTasks.Concat(UnseenTasks))
            foreach (var split in (string[])["validation", "test"])
                foreach (var (text, _) in Read(Path.Combine(folder, task, split + ".jsonl")))
                    overlap.Add(text);

        var rows = TrainedTasks.ToDictionary(name => name, name => Read(Path.Combine(folder, name, "train.jsonl")).ToList());
        var kept = TrainedTasks.ToDictionary(name => name, name => rows[name].Where(r => !overlap.Repeats(r.Text)).ToArray());
        // sst2 holds phrases of the same sentences: a development row must not have a part of itself in train.
        var heldOut = new EvaluationOverlap();
        var development = kept.ToDictionary(x => x.Key, x => x.Value[..(int)(x.Value.Length * DevelopmentShare)]);
        foreach (var (text, _) in development.Values.SelectMany(r => r))
            heldOut.Add(text);

        var (dropped, first) = (0, 0);
        var trained = new List<TaskRows>();
        foreach (var name in TrainedTasks)
        {
            var train = Tokenise(kept[name].Skip(development[name].Length).Where(r => !heldOut.Repeats(r.Text)));
            dropped += rows[name].Count - train.Length - development[name].Length;
            var classes = train.Max(r => r.Label) + 1;
            trained.Add(new(name, classes, first, train, Tokenise(development[name]), Tokenise(Read(Path.Combine(folder, name, "validation.jsonl")))));
            first += classes;
        }
        var unseen = UnseenTasks.Select(name =>
        {
            // These train rows serve as demonstrations in evaluations, never in training.
            var demonstrations = Tokenise(Read(Path.Combine(folder, name, "train.jsonl")));
            var validation = Tokenise(Read(Path.Combine(folder, name, "validation.jsonl")));
            return new TaskRows(name, demonstrations.Max(r => r.Label) + 1, -1, demonstrations, [], validation);
        });
        return new(trained, [.. unseen], dropped);

        Row[] Tokenise(IEnumerable<(string Text, int Label)> texts) =>
            [.. texts.Select(r => new Row(r.Text, r.Label, tokenizer.Encode(r.Text))).Where(r => r.Pieces.Length > 0)];
    }

    private static IEnumerable<(string Text, int Label)> Read(string file)
    {
        foreach (var line in File.ReadLines(file))
        {
            using var json = JsonDocument.Parse(line);
            var label = json.RootElement.GetProperty("label").GetInt32();
            if (json.RootElement.TryGetProperty("text", out var text))
            {
                yield return (text.GetString()!, label);
                continue;
            }
            yield return (json.RootElement.GetProperty("premise").GetString()!, label);
            yield return (json.RootElement.GetProperty("hypothesis").GetString()!, label);
        }
    }
}
