namespace IclMesh.Inference.Tests.Embedded;

/// <summary>Classes of ten random words each under random labels; a document is five words, one in ten of them noise.</summary>
internal sealed class SyntheticEpisode
{
    private const int WordsPerClass = 10;
    private readonly string[] vocabulary;
    private readonly string[][] classes;

    public SyntheticEpisode(string[] vocabulary, int count, string[] labelWords, Random random)
    {
        this.vocabulary = vocabulary;
        string[] shuffled = [.. vocabulary];
        random.Shuffle(shuffled);
        classes = [.. shuffled.Take(count * WordsPerClass).Chunk(WordsPerClass)];
        string[] words = [.. labelWords];
        random.Shuffle(words);
        Labels = words[..count];
    }

    public string[] Labels { get; }

    public List<(string Text, string Label)> Draw(int count, Random random) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            var text = Query(random, out var answer);
            return (text, Labels[answer]);
        }),
    ];

    public string Query(Random random, out int answer)
    {
        var drawn = random.Next(classes.Length);
        answer = drawn;
        return string.Join(' ', Enumerable.Range(0, 5).Select(_ => Word(drawn, random)));
    }

    // Weights 1/sqrt(rank), by rejection.
    private string Word(int drawn, Random random)
    {
        if (random.NextDouble() < 0.1)
        {
            return vocabulary[random.Next(vocabulary.Length)];
        }

        int rank;
        do
        {
            rank = random.Next(WordsPerClass);
        }
        while (random.NextDouble() > 1 / Math.Sqrt(rank + 1));
        return classes[drawn][rank];
    }
}
