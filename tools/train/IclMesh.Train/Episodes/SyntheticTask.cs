namespace IclMesh.Train.Episodes;

/// <summary>Disjoint word sets, one a class; a document is drawn from one set with weights 1/sqrt(rank), and from all words with the noise probability.</summary>
internal sealed class SyntheticTask
{
    private readonly int[] content;
    private readonly int[][] words;
    private readonly double[] cumulative;
    private readonly double noise;

    public SyntheticTask(int[] content, int classes, int wordsPerClass, double noise, Random random)
    {
        this.content = content;
        this.noise = noise;
        Classes = classes;
        var chosen = new HashSet<int>();
        while (chosen.Count < classes * wordsPerClass)
            chosen.Add(content[random.Next(content.Length)]);
        words = [.. chosen.Chunk(wordsPerClass)];
        cumulative = new double[wordsPerClass];
        for (var i = 0; i < wordsPerClass; i++)
            cumulative[i] = (i > 0 ? cumulative[i - 1] : 0) + (1 / Math.Sqrt(i + 1));
    }

    public int Classes { get; }

    public int[] Document(int c, int length, Random random) => [.. Enumerable.Range(0, length).Select(_ => Word(c, random))];

    private int Word(int c, Random random)
    {
        if (random.NextDouble() < noise)
            return content[random.Next(content.Length)];
        var at = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
        return words[c][at < 0 ? ~at : at];
    }
}
