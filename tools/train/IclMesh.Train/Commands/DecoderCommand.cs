using System.Text.Json;
using IclMesh.Train.Data;
using IclMesh.Train.Episodes;
using IclMesh.Train.Evaluation;
using IclMesh.Train.Export;
using IclMesh.Train.Model;
using IclMesh.Train.Text;
using IclMesh.Train.Training;
using TorchSharp;

namespace IclMesh.Train.Commands;

/// <summary>Trains the decoder; a checkpoint and a line of the learning curve a minute.</summary>
internal static class DecoderCommand
{
    /// <summary>Number of frequent whole words that synthetic episodes are made of.</summary>
    public const int ContentWords = 2600;

    public static void Run(Options options)
    {
        var data = options.Text("data", "../../../shared/data");
        var tokenizer = WordPiece.Load(options.Text("vocabulary", "vocabulary.txt"));
        var labels = new LabelWords(tokenizer, File.ReadAllLines(options.Text("labels", "label-words.txt")));
        var vectors = Safetensors.Read(options.Text("vectors", "vectors.safetensors"))["vectors"];
        var checkpoint = options.Text("checkpoint", "decoder.safetensors");
        var start = options.Text("start", "");
        var evaluateEvery = options.Count("evaluate-every", 5);
        var episodes = options.Count("evaluate-episodes", 100);
        var settings = new DecoderOptions(options);
        var shape = new DecoderShape(tokenizer.Tokens.Count, options.Count("meaning", 64), options.Count("code", 64),
            options.Count("feed-forward", 256), DecoderShape.ParseSlopes(options.Text("slopes", "0.6,0.2,0,0;0.6,0.2,0,0;0.6,0.2,0,0;0.6,0.2,0,0")));
        options.RefuseUnknown();
        File.WriteAllText(checkpoint + ".options.json", JsonSerializer.Serialize(options.Used));

        torch.manual_seed(settings.Seed);
        var corpus = Corpus.Load(data, tokenizer);
        var decoder = new TinyDecoder(shape, vectors);
        var content = Content(tokenizer);
        var trainer = new DecoderTrainer(corpus, decoder, labels, content, settings, checkpoint);
        if (start.Length > 0)
            trainer.Start(start);
        trainer.Resume();
        var runner = new EpisodeRunner(decoder);
        var minute = 0;
        trainer.Run(state =>
        {
            var accuracies = new SortedDictionary<string, double>(StringComparer.Ordinal);
            if (state.Level >= 0.1 && ++minute % evaluateEvery == 0)
            {
                foreach (var name in (string[])["sst2", "ag_news", "trec", "subj"])
                {
                    var task = corpus[name];
                    var names = DecoderReport.Names[name].Select(tokenizer.Encode).ToArray();
                    Add(name, EpisodeSampler.Relabel(
                        EpisodeSampler.Real(task.Train, task.Development, task.Classes, 16, episodes, labels.Usual, int.MaxValue, 5), _ => names));
                }
                Add("synthetic2", EpisodeSampler.Synthetic(content, 2, 16, episodes, labels.Usual, 5));
                Add("synthetic4", EpisodeSampler.Synthetic(content, 4, 16, episodes, labels.Usual, 5));
            }
            var line = JsonSerializer.Serialize(new { state, development = accuracies });
            File.AppendAllText(checkpoint + ".curve.jsonl", line + "\n");
            Console.WriteLine($"{state.Seconds,6:F0} s  step {state.Step}  {state.Tokens / 1e6:F2} M tokens  level {state.Level:F2}  loss {state.Loss:F3}  "
                + $"seen synthetic {state.SeenSynthetic:F3} real {state.SeenReal:F3}  kernel loss {state.KernelLoss:F3}  class loss {state.ClassLoss:F3} accuracy {state.ClassAccuracy:F3}  "
                + string.Join(" ", accuracies.Select(a => $"{a.Key} {a.Value:F2}")));

            void Add(string name, List<Episode> asked) =>
                accuracies[name] = runner.Ask(asked).Zip(asked, (a, e) => a.Class == e.Classes[^1] ? 1.0 : 0.0).Average();
        });
    }

    /// <summary>The most frequent whole words of more than two letters; the vocabulary lists words by count, after the required label words.</summary>
    public static int[] Content(WordPiece tokenizer) =>
        [.. Enumerable.Range(0, tokenizer.Tokens.Count).Where(id => tokenizer.Tokens[id].Length > 2 && tokenizer.Tokens[id].All(char.IsAsciiLetterLower)).Take(ContentWords)];
}
