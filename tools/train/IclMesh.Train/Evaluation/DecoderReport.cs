using IclMesh.Train.Data;
using IclMesh.Train.Episodes;
using IclMesh.Train.Text;
using TorchSharp;

namespace IclMesh.Train.Evaluation;

/// <summary>The decoder's figures on one set of query rows: accuracy against k, label words, selection, kernel heads, and baselines.</summary>
internal sealed class DecoderReport(EpisodeRunner runner, LabelWords labels, WordPiece tokenizer, Func<IReadOnlyList<Row>, torch.Tensor> embed, int episodes, int longest)
{
    private const int Seed = 5;
    private const int Shots = 16;
    private const int Short = 32;
    // Side questions are asked of the first half and of the first quarter of the episodes.
    private const int Half = 2, Quarter = 4;
    private static readonly int[] counts = [0, 1, 2, 4, 8, 16, 24];
    private static readonly int[] syntheticCounts = [1, 2, 4, 8, 16, 32];

    /// <summary>Usual names of a task's classes.</summary>
    public static readonly Dictionary<string, string[]> Names = new()
    {
        ["sst2"] = ["Negative", "Positive"],
        ["rotten_tomatoes"] = ["Negative", "Positive"],
        ["cr"] = ["Negative", "Positive"],
        ["ag_news"] = ["World", "Sports", "Business", "Technology"],
        ["trec"] = ["Abbreviation", "Entity", "Description", "Person", "Location", "Number"],
        ["subj"] = ["Opinion", "Fact"],
        ["tweet_eval_hate"] = ["Safe", "Hate"],
        ["tweet_eval_irony"] = ["Serious", "Irony"],
        ["tweet_eval_offensive"] = ["Polite", "Offensive"],
    };

    /// <summary>Everything about one task.</summary>
    public object Task(TaskRows task, IReadOnlyList<Row> demonstrations, IReadOnlyList<Row> queries)
    {
        List<Episode> Random(int k, int[] words) => EpisodeSampler.Real(demonstrations, queries, task.Classes, k, episodes, words, longest, Seed);
        var random = Random(Shots, labels.Usual);
        var answers = runner.Ask(random, attention: true);
        var named = EpisodeSampler.Relabel(random.Take(episodes / Half), _ => Pieces(Names[task.Name]));
        var permutation = new Random(Seed);
        var permuted = EpisodeSampler.Relabel(random.Take(episodes / Half), _ =>
        {
            string[] names = [.. Names[task.Name]];
            permutation.Shuffle(names);
            return Pieces(names);
        });
        var longWords = EpisodeSampler.Relabel(random.Take(episodes / Quarter), i => LongLabels(task.Classes, new Random(Seed + i)));
        var cut = EpisodeSampler.Real(demonstrations, queries, task.Classes, Shots, episodes / Half, labels.Usual, Math.Min(Short, longest), Seed);
        var (rows, asked) = (embed(demonstrations), embed(queries));
        return new
        {
            accuracyByK = counts.ToDictionary(k => k, k => k == Shots ? Right(random, answers) : Accuracy(Random(k, labels.Usual))),
            heldOutLabelWords = Accuracy([.. Random(Shots, labels.HeldOut).Take(episodes / Half)]),
            labelsOfTwoOrThreePieces = Right(longWords, runner.Score(longWords)),
            usualNames = Accuracy(named),
            usualNamesPermuted = Accuracy(permuted),
            shortTexts = Accuracy(cut),
            similarDemonstrations = Accuracy(Similar(task, demonstrations, queries, rows, asked)),
            mostFrequentDemonstrationLabel = Share.Of([.. random.Select(e => Mode(e.Classes[..^1], task.Classes) == e.Classes[^1])]),
            majorityClass = Share.Of([.. random.Select(e => e.Classes[^1] == Mode([.. demonstrations.Select(r => r.Label)], task.Classes))]),
            nadarayaWatson = Share.Of(NadarayaWatson(task, demonstrations, queries, rows, asked)),
            heads = Heads(random, answers),
        };
    }

    /// <summary>Accuracy of one task at k=16 alone.</summary>
    public object Brief(TaskRows task, IReadOnlyList<Row> demonstrations, IReadOnlyList<Row> queries) =>
        Accuracy(EpisodeSampler.Real(demonstrations, queries, task.Classes, Shots, episodes, labels.Usual, longest, Seed));

    /// <summary>Accuracy on synthetic episodes of C classes by k.</summary>
    public object Synthetic(int[] content, int classes) =>
        syntheticCounts.ToDictionary(k => k, k => Accuracy(EpisodeSampler.Synthetic(content, classes, k, episodes, labels.Usual, Seed)));

    private Share Accuracy(List<Episode> asked) => Right(asked, runner.Ask(asked));

    private static Share Right(List<Episode> asked, Answer[] answers) => Share.Of([.. asked.Zip(answers, (e, a) => a.Class == e.Classes[^1])]);

    private int[][] Pieces(string[] names) => [.. names.Select(tokenizer.Encode)];

    // Labels such as "lem ##ona" and "green forest": two or three pieces that never occurred together in training.
    private int[][] LongLabels(int classes, Random random)
    {
        var pool = labels.Draw(1, random);
        return [.. EpisodeSampler.Distinct(labels.HeldOut, classes, random).Select(first =>
            (int[])[first[0], .. random.Next(2) == 0 ? [pool.Words[0]] : new[] { pool.Words[1], pool.Endings[0] }])];
    }

    private List<Episode> Similar(TaskRows task, IReadOnlyList<Row> demonstrations, IReadOnlyList<Row> queries, torch.Tensor rows, torch.Tensor asked)
    {
        using var gradients = torch.no_grad();
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, episodes).Select(i =>
        {
            using var scope = torch.NewDisposeScope();
            var (_, nearest) = torch.topk(rows.matmul(asked[i % queries.Count]), Shots);
            // Most similar last, next to the query.
            var chosen = nearest.data<long>().ToArray().Reverse().Select(j => demonstrations[(int)j]).ToList();
            return EpisodeSampler.Of(chosen, queries[i % queries.Count], EpisodeSampler.Distinct(labels.Usual, task.Classes, random), longest);
        })];
    }

    // The demonstrations of the random episodes again, weighed by exp(10 cos) of the sentence encoder.
    private bool[] NadarayaWatson(TaskRows task, IReadOnlyList<Row> demonstrations, IReadOnlyList<Row> queries, torch.Tensor rows, torch.Tensor asked)
    {
        const double Sharpness = 10;
        using var gradients = torch.no_grad();
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, episodes).Select(i =>
        {
            using var scope = torch.NewDisposeScope();
            int[] chosen = [.. Enumerable.Range(0, Shots).Select(_ => random.Next(demonstrations.Count))];
            _ = EpisodeSampler.Distinct(labels.Usual, task.Classes, random);
            var cosines = rows.index_select(0, torch.tensor(chosen.Select(c => (long)c).ToArray())).matmul(asked[i % queries.Count]);
            var weights = (cosines * Sharpness).exp().data<float>().ToArray();
            return KernelHeads.Vote(weights, [.. chosen.Select(c => demonstrations[c].Label)], task.Classes) == queries[i % queries.Count].Label;
        })];
    }

    private static object Heads(List<Episode> asked, Answer[] answers)
    {
        var half = asked.Count / 2;
        var (chosenOn, reportedOn) = (KernelHeads.Agreement(asked[..half], answers[..half]), KernelHeads.Agreement(asked[half..], answers[half..]));
        var best = (from l in Enumerable.Range(0, chosenOn.Length) from h in Enumerable.Range(0, chosenOn[0].Length) orderby chosenOn[l][h] descending select (l, h)).First();
        var nulls = Enumerable.Range(0, 20).Select(i => KernelHeads.Agreement(asked[half..], answers[half..], new Random(i))[best.l][best.h]).ToList();
        return new
        {
            best = $"{best.l}.{best.h}",
            agreement = reportedOn[best.l][best.h],
            halfWidth = 1.96 * Math.Sqrt(reportedOn[best.l][best.h] * (1 - reportedOn[best.l][best.h]) / (asked.Count - half)),
            nullMean = nulls.Average(),
            nullMost = nulls.Max(),
            accuracyOfHead = asked[half..].Zip(answers[half..], (e, a) => KernelHeads.Vote(a.Attention[best.l][best.h], e.Classes.AsSpan(0, e.Demonstrations), e.Labels.Length) == e.Classes[^1] ? 1.0 : 0.0).Average(),
            all = reportedOn,
        };
    }

    private static int Mode(int[] classes, int count) => Enumerable.Range(0, count).MaxBy(c => classes.Count(x => x == c));
}
