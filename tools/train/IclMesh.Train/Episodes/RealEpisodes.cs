using IclMesh.Train.Data;
using IclMesh.Train.Text;

namespace IclMesh.Train.Episodes;

/// <summary>Train rows, and texts recombined from them, under random labels: one task, or classes of several tasks, or classes merged in pairs.</summary>
internal sealed class RealEpisodes(Corpus corpus, Recombination recombination, double recombined)
{
    /// <summary>Pieces after which every text is cut: few are longer.</summary>
    public const int Whole = 192;

    private const double MixedShare = 0.15, MergedShare = 0.08;
    private static readonly Dictionary<string, double> weights = new()
    {
        ["sst2"] = 0.20,
        ["ag_news"] = 0.20,
        ["trec"] = 0.30,
        ["subj"] = 0.16,
        ["rotten_tomatoes"] = 0.14,
        ["tweet_eval_hate"] = 0.03,
        ["tweet_eval_irony"] = 0.02,
        ["tweet_eval_offensive"] = 0.03,
    };

    // Pieces after which texts are cut: at least five texts fit into a sequence, and the longest sequences hold texts as the product writes them.
    private static readonly int[] cuts = [12, 16, 24, 32, 48], longCuts = [24, 48, 80, Whole, Whole];
    private const double LongTaskFactor = 5;
    private static readonly double[] dropouts = [0, 0.1, 0.2, 0.3, 0.4];

    /// <summary>Fills a sequence.</summary>
    public void Fill(Sequence sequence, LabelPool pool, bool longLabels, Random random)
    {
        var isLong = sequence.Ids.Length >= 4 * Whole;
        var groups = Groups(isLong, random);
        var labels = pool.Labels(groups.Length, longLabels, random);
        var fitting = isLong ? longCuts : [.. cuts.Where(l => l * 5 <= sequence.Ids.Length).DefaultIfEmpty(cuts[0])];
        var longest = fitting[random.Next(fitting.Length)];
        var dropout = dropouts[random.Next(dropouts.Length)];
        var natural = random.Next(2) == 0;
        var sizes = groups.Select(g => g.Sum(c => c.Rows.Length)).ToArray();
        while (!sequence.Full)
        {
            var g = natural ? Draw(sizes, random) : random.Next(groups.Length);
            var (rows, trueClass) = groups[g][Draw([.. groups[g].Select(c => c.Rows.Length)], random)];
            var pieces = rows[random.Next(rows.Length)].Pieces;
            if (random.NextDouble() < recombined)
            {
                if (recombination.Draw(trueClass, pieces, random) is not { } drawn)
                    continue;
                (pieces, trueClass) = drawn;
                g = Array.FindIndex(groups, group => group.Any(c => c.Class == trueClass));
                if (g < 0)
                    continue;
            }
            pieces = TextBatch.Drop(pieces, dropout, random);
            sequence.Demonstrate(pieces.AsSpan(0, Math.Min(longest, pieces.Length)), labels[g], 3, trueClass);
        }
    }

    // Each group is what one label stands for: a few classes with their rows.
    private (Row[] Rows, int Class)[][] Groups(bool isLong, Random random)
    {
        var kind = random.NextDouble();
        if (kind < MixedShare)
        {
            var all = corpus.Trained.SelectMany(Classes).ToArray();
            random.Shuffle(all);
            return [.. all.Take(random.Next(2, 6)).Select(c => new[] { c })];
        }
        var classes = Classes(Task(isLong, random)).ToArray();
        random.Shuffle(classes);
        if (kind < MixedShare + MergedShare && classes.Length > 3)
            return [.. classes.Take(classes.Length / 2 * 2).Chunk(2)];
        var count = random.NextDouble() < 0.6 ? classes.Length : random.Next(2, classes.Length + 1);
        return [.. classes.Take(count).Select(c => new[] { c })];
    }

    private static IEnumerable<(Row[] Rows, int Class)> Classes(TaskRows task) =>
        task.TrainByClass.Select((rows, c) => (rows, task.FirstClass + c));

    // The long sequences are for the task with long texts; sixteen texts of the others fit into shorter ones.
    private TaskRows Task(bool isLong, Random random)
    {
        var left = random.NextDouble() * corpus.Trained.Sum(Weight);
        return corpus.Trained.First(t => (left -= Weight(t)) <= 0 || t == corpus.Trained[^1]);

        double Weight(TaskRows task) => weights[task.Name] * (isLong && task.Name == "ag_news" ? LongTaskFactor : 1);
    }

    private static int Draw(int[] sizes, Random random)
    {
        var left = random.Next(sizes.Sum());
        var i = 0;
        while ((left -= sizes[i]) >= 0)
            i++;
        return i;
    }
}
