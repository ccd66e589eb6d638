using System.Text.Json;
using IclMesh.Train.Data;
using IclMesh.Train.Episodes;
using IclMesh.Train.Evaluation;
using IclMesh.Train.Model;
using IclMesh.Train.Text;

namespace IclMesh.Train.Commands;

/// <summary>Chooses one kernel head for all tasks on development rows and reports it on validation rows, beside its permutation null.</summary>
internal static class HeadsCommand
{
    private const int Shots = 16, Seed = 5, Permutations = 20;
    private static readonly string[] tasks = ["sst2", "ag_news", "trec", "subj"];

    public static void Run(Options options)
    {
        var data = options.Text("data", "../../../shared/data");
        var tokenizer = WordPiece.Load(options.Text("vocabulary", "vocabulary.txt"));
        var labels = new LabelWords(tokenizer, File.ReadAllLines(options.Text("labels", "label-words.txt")));
        var decoder = Models.Decoder(options.Text("checkpoint", "decoder.safetensors"));
        var (episodes, longest) = (options.Count("episodes", 100), options.Count("longest", 32));
        var output = options.Text("output", "heads.json");
        options.RefuseUnknown();

        var corpus = Corpus.Load(data, tokenizer);
        var runner = new EpisodeRunner(decoder);
        var chosen = Ask(task => task.Development);
        var (layer, head) = Enumerable.Range(0, decoder.Shape.Layers).SelectMany(l => Enumerable.Range(0, decoder.Shape.Heads).Select(h => (l, h)))
            .MaxBy(at => chosen.Average(c => KernelHeads.Agreement(c.Asked, c.Answers)[at.l][at.h]));
        var reported = Ask(task => task.Validation);
        var figures = new
        {
            layer,
            head,
            prompts = tasks.Length * episodes,
            agreement = reported.Average(r => KernelHeads.Agreement(r.Asked, r.Answers)[layer][head]),
            nullAgreement = reported.Average(r => Enumerable.Range(0, Permutations).Average(i => KernelHeads.Agreement(r.Asked, r.Answers, new Random(i))[layer][head])),
            byTask = tasks.Zip(reported, (t, r) => (t, KernelHeads.Agreement(r.Asked, r.Answers)[layer][head])).ToDictionary(x => x.t, x => x.Item2),
        };
        File.WriteAllText(output, JsonSerializer.Serialize(figures) + "\n");
        Console.WriteLine(JsonSerializer.Serialize(figures));

        List<(List<Episode> Asked, Answer[] Answers)> Ask(Func<TaskRows, Row[]> queries) =>
        [
            .. tasks.Select(name =>
            {
                var task = corpus[name];
                var asked = EpisodeSampler.Real(task.Train, queries(task), task.Classes, Shots, episodes, labels.Usual, longest, Seed);
                return (asked, runner.Ask(asked, attention: true));
            }),
        ];
    }
}
