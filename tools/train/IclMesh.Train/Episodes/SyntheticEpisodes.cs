namespace IclMesh.Train.Episodes;

/// <summary>Classes made of random words under random labels: nothing but the context can answer.</summary>
/// <param name="content">Content words.</param>
internal sealed class SyntheticEpisodes(int[] content)
{
    /// <summary>Fills a sequence at a level of difficulty in [0, 1].</summary>
    public void Fill(Sequence sequence, double level, LabelPool pool, bool longLabels, Random random)
    {
        var format = Math.Min(3, (int)(10 * level * (0.3 + (0.7 * random.NextDouble()))));
        var least = level < 1 ? 0.2 : 0.4;
        var difficulty = level * (least + ((1 - least) * random.NextDouble()));
        var most = (int)Math.Round(13 - (8 * level));
        var task = new SyntheticTask(
            content, random.Next(2, most + 1), 1 + random.Next((int)(1 + (15 * difficulty))), 0.3 * difficulty * random.NextDouble(), random);
        var shortest = 1 + random.Next((int)(1 + (3 * difficulty)));
        var longest = shortest + random.Next((int)(1 + (5 * difficulty)));
        var labels = pool.Labels(task.Classes, longLabels, random);
        while (!sequence.Full)
        {
            var c = random.Next(task.Classes);
            sequence.Demonstrate(task.Document(c, random.Next(shortest, longest + 1), random), labels[c], format, -1);
        }
    }
}
