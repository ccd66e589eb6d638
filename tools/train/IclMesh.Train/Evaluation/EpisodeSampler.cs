using IclMesh.Train.Data;
using IclMesh.Train.Episodes;

namespace IclMesh.Train.Evaluation;

/// <summary>Draws evaluation episodes: all classes of a task, random labels, k random demonstrations from train.</summary>
internal static class EpisodeSampler
{
    /// <summary>Episodes over a task's rows; demonstrations come as they are distributed in train.</summary>
    /// <param name="demonstrations">Rows that demonstrate.</param>
    /// <param name="queries">Rows that ask, taken in turn.</param>
    /// <param name="classes">C, classes of the task.</param>
    /// <param name="k">Demonstrations of an episode.</param>
    /// <param name="count">Number of episodes.</param>
    /// <param name="labelWords">Tokens that labels are drawn from.</param>
    /// <param name="longest">Pieces after which texts are cut.</param>
    /// <param name="seed">Decides every draw.</param>
    public static List<Episode> Real(
        IReadOnlyList<Row> demonstrations, IReadOnlyList<Row> queries, int classes, int k, int count, int[] labelWords, int longest, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var rows = Enumerable.Range(0, k).Select(_ => demonstrations[random.Next(demonstrations.Count)]).ToList();
            return Of(rows, queries[i % queries.Count], Distinct(labelWords, classes, random), longest);
        })];
    }

    /// <summary>One episode from rows.</summary>
    public static Episode Of(IReadOnlyList<Row> demonstrations, Row query, int[][] labels, int longest)
    {
        Row[] rows = [.. demonstrations, query];
        return new([.. rows.Select(r => Cut(r.Pieces, longest))], [.. rows.Select(r => r.Label)], labels);
    }

    /// <summary>Fresh synthetic episodes: m words a class, noise, five words a document.</summary>
    public static List<Episode> Synthetic(int[] content, int classes, int k, int count, int[] labelWords, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var task = new SyntheticTask(content, classes, wordsPerClass: 10, noise: 0.1, random);
            int[] drawn = [.. Enumerable.Range(0, k + 1).Select(_ => random.Next(classes))];
            return new Episode([.. drawn.Select(c => task.Document(c, 5, random))], drawn, Distinct(labelWords, classes, random));
        })];
    }

    /// <summary>The same episodes under other labels.</summary>
    public static List<Episode> Relabel(IEnumerable<Episode> episodes, Func<int, int[][]> labels) =>
        [.. episodes.Select((e, i) => e with { Labels = labels(i) })];

    private static int[] Cut(int[] pieces, int longest) => pieces.Length <= longest ? pieces : pieces[..longest];

    /// <summary>Draws labels of one token each, all different.</summary>
    public static int[][] Distinct(int[] words, int count, Random random)
    {
        var chosen = new HashSet<int>();
        while (chosen.Count < count)
            chosen.Add(words[random.Next(words.Length)]);
        return [.. chosen.Select(word => new[] { word })];
    }
}
