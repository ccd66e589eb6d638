namespace IclMesh.Train.Episodes;

/// <summary>The label tokens of one step: the head is trained to choose among these.</summary>
/// <param name="Words">Whole words.</param>
/// <param name="Endings">Continuation pieces, for labels of two pieces.</param>
internal sealed record LabelPool(int[] Words, int[] Endings)
{
    /// <summary>All of them; a target is a position in this list.</summary>
    public int[] Tokens { get; } = [.. Words, .. Endings];

    /// <summary>Draws distinct labels of one piece, or of one to three where <paramref name="long"/>.</summary>
    public int[][] Labels(int count, bool @long, Random random)
    {
        var first = Distinct(Words.Length, count, random);
        return [.. first.Select(i => @long ? Lengthen(Words[i], random) : new[] { Words[i] })];
    }

    private int[] Lengthen(int word, Random random) => random.Next(4) switch
    {
        0 => [word],
        1 => [word, Words[random.Next(Words.Length)]],
        2 => [word, Endings[random.Next(Endings.Length)]],
        _ => [word, Words[random.Next(Words.Length)], Endings[random.Next(Endings.Length)]],
    };

    private static HashSet<int> Distinct(int bound, int count, Random random)
    {
        var chosen = new HashSet<int>();
        while (chosen.Count < count)
            chosen.Add(random.Next(bound));
        return chosen;
    }
}
