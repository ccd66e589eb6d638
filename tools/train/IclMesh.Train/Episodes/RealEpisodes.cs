using IclMesh.Train.Data;
using IclMesh.Train.Text;

namespace IclMesh.Train.Episodes;

/// <summary>Train rows under random labels: one task, or classes of several tasks, or classes merged in pairs.</summary>
internal sealed class RealEpisodes(Corpus corpus)
{
    private const double MixedShare = 0.15, MergedShare = 0.08;
    private static readonly Dictionary<string, double> weights = new()
    {
        ["sst2"] = 0.20,
        ["ag_news"] = 0.20,
        ["trec"] = 0.22,
        ["subj"] = 0.16,
        ["rotten_tomatoes"] = 0.14,
        ["tweet_eval_hate"] = 0.03,
        ["tweet_eval_irony"] = 0.02,
        ["tweet_eval_offensive"] = 0.03,
    };

    private static readonly int[] lengths = [8, 8, 12, 12, 16, 16, 24, 24, 32];
    private static readonly double[] dropouts = [0, 0.1, 0.2, 0.3];

    /// <summary>Fills a sequence.</summary>
    public void Fill(Sequence sequence, LabelPool pool, bool longLabels, Random random)
    {
        var groups = Groups(random);
        var labels = pool.Labels(groups.Length, longLabels, random);
        // Long texts only where a few of them fit.
        var fitting = lengths.Count(l => l * 5 <= sequence.Ids.Length || l == lengths[0]);
        var longest = lengths[random.Next(fitting)];
        var dropout = dropouts[random.Next(dropouts.Length)];
        var natural = random.Next(2) == 0;
        var sizes = groups.Select(g => g.Sum(c => c.Rows.Length)).ToArray();
        while (!sequence.Full)
        {
            var g = natural ? Draw(sizes, random) : random.Next(groups.Length);
            var (rows, trueClass) = groups[g][Draw([.. groups[g].Select(c => c.Rows.Length)], random)];
            var pieces = TextBatch.Drop(rows[random.Next(rows.Length)].Pieces, dropout, random);
            sequence.Demonstrate(pieces.AsSpan(0, Math.Min(longest, pieces.Length)), labels[g], 3, trueClass);
        }
    }

    // Each group is what one label stands for: a few classes with their rows.
    private (Row[] Rows, int Class)[][] Groups(Random random)
    {
        var kind = random.NextDouble();
        if (kind < MixedShare)
        {
            var all = corpus.Trained.SelectMany(Classes).ToArray();
            random.Shuffle(all);
            return [.. all.Take(random.Next(2, 6)).Select(c => new[] { c })];
        }
        var classes = Classes(Task(random)).ToArray();
        random.Shuffle(classes);
        if (kind < MixedShare + MergedShare && classes.Length > 3)
            return [.. classes.Take(classes.Length / 2 * 2).Chunk(2)];
        var count = random.NextDouble() < 0.6 ? classes.Length : random.Next(2, classes.Length + 1);
        return [.. classes.Take(count).Select(c => new[] { c })];
    }

    private static IEnumerable<(Row[] Rows, int Class)> Classes(TaskRows task) =>
        task.TrainByClass.Select((rows, c) => (rows, task.FirstClass + c));

    private TaskRows Task(Random random)
    {
        var left = random.NextDouble() * weights.Values.Sum();
        return corpus.Trained.First(t => (left -= weights[t.Name]) <= 0 || t == corpus.Trained[^1]);
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
