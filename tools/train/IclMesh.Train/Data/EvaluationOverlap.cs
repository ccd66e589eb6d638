namespace IclMesh.Train.Data;

/// <summary>Knows every evaluation text and recognises train rows that repeat one, whatever task it belongs to.</summary>
/// <remarks>sst2, rotten_tomatoes and subj share sources: a train row of one can be an evaluation row of another.</remarks>
internal sealed class EvaluationOverlap
{
    private const int ShingleWords = 6;
    private readonly HashSet<string> whole = new(StringComparer.Ordinal);
    private readonly HashSet<string> shingles = new(StringComparer.Ordinal);

    /// <summary>Adds an evaluation text.</summary>
    public void Add(string text)
    {
        var words = Words(text);
        whole.Add(Key(words));
        for (var i = 0; i + ShingleWords <= words.Length; i++)
            shingles.Add(Key(words.AsSpan(i, ShingleWords)));
    }

    /// <summary>Whether a train text equals an evaluation text (case, spacing and punctuation aside) or shares half of its runs of six words with them.</summary>
    public bool Repeats(string text)
    {
        var words = Words(text);
        if (whole.Contains(Key(words)))
            return true;
        var total = words.Length - ShingleWords + 1;
        if (total < 1)
            return false;
        var shared = Enumerable.Range(0, total).Count(i => shingles.Contains(Key(words.AsSpan(i, ShingleWords))));
        return shared * 2 >= total;
    }

    private static string[] Words(string text) =>
        new string([.. text.Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Key(ReadOnlySpan<string> words) => string.Join(' ', words!);
}
