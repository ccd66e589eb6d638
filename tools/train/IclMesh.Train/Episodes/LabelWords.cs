using IclMesh.Train.Text;

namespace IclMesh.Train.Episodes;

/// <summary>The words that serve as labels: nearly every whole word of the vocabulary in training, a few kept for the question whether others work too.</summary>
internal sealed class LabelWords
{
    private const int HeldOutCount = 300;
    private const int FewestInStep = 32, UsualInStep = 100, OthersInStep = 300, EndingsInStep = 60;
    private readonly int[] usual;
    private readonly int[] others;
    private readonly int[] endings;

    public LabelWords(WordPiece tokenizer, IEnumerable<string> usualWords)
    {
        var words = Enumerable.Range(WordPiece.Special.Length, tokenizer.Tokens.Count - WordPiece.Special.Length)
            .Where(id => tokenizer.Tokens[id].Length > 2 && tokenizer.Tokens[id].All(char.IsAsciiLetterLower)).ToArray();
        new Random(7).Shuffle(words);
        usual = [.. usualWords.SelectMany(tokenizer.Encode).Distinct().Where(words.Contains)];
        HeldOut = [.. words.Where(id => !usual.Contains(id)).Take(HeldOutCount)];
        others = [.. words.Where(id => !usual.Contains(id)).Skip(HeldOutCount)];
        endings = [.. Enumerable.Range(0, tokenizer.Tokens.Count)
            .Where(id => tokenizer.Tokens[id].StartsWith("##", StringComparison.Ordinal) && tokenizer.Tokens[id].Length > 3)];
    }

    /// <summary>Words that are never labels in training.</summary>
    public int[] HeldOut { get; }

    /// <summary>Words usual as labels.</summary>
    public int[] Usual => usual;

    /// <summary>Draws the words that the episodes of one step take their labels from: few at level 0, where copying is learned, hundreds at level 1.</summary>
    public LabelPool Draw(double level, Random random)
    {
        int Grow(int most) => (int)(FewestInStep + ((most - FewestInStep) * level));
        var words = random.GetItems(usual, Grow(UsualInStep)).Concat(random.GetItems(others, Grow(OthersInStep))).Distinct().ToArray();
        return new(words, [.. random.GetItems(endings, EndingsInStep).Distinct()]);
    }
}
