namespace IclMesh.Train.Text;

/// <summary>Chooses a WordPiece vocabulary: characters, frequent whole words, and the pieces that spell most of the rest.</summary>
internal static class VocabularyBuilder
{
    private const double ShareOfWords = 0.85;
    private const int LongestPiece = 8;

    /// <summary>Builds a vocabulary of at most <paramref name="size"/> tokens.</summary>
    /// <param name="texts">Train texts.</param>
    /// <param name="required">Words that are single tokens whatever their count: usual label names.</param>
    /// <param name="size">V.</param>
    public static IReadOnlyList<string> Build(IEnumerable<string> texts, IEnumerable<string> required, int size)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in texts.SelectMany(BasicTokenizer.Words))
            counts[word] = counts.GetValueOrDefault(word) + 1;
        var ranked = counts.OrderByDescending(x => x.Value).ThenBy(x => x.Key, StringComparer.Ordinal).Select(x => x.Key).ToList();

        var characters = counts.SelectMany(x => x.Key.Select(c => (c, x.Value))).Where(x => !char.IsSurrogate(x.c))
            .GroupBy(x => x.c).Where(g => g.Key < 128 || g.Sum(x => x.Value) >= 20).Select(g => g.Key).Order().ToList();
        var tokens = new HashSet<string>(WordPiece.Special, StringComparer.Ordinal);
        var ordered = new List<string>(WordPiece.Special);
        void Add(string token)
        {
            if (ordered.Count < size && tokens.Add(token))
                ordered.Add(token);
        }

        foreach (var c in Enumerable.Range(33, 94).Select(c => char.ToLowerInvariant((char)c)).Concat(characters))
        {
            Add(c.ToString());
            if (char.IsLetterOrDigit(c))
                Add("##" + c);
        }
        foreach (var word in required.SelectMany(BasicTokenizer.Words).Concat(ranked))
        {
            if (ordered.Count >= size * ShareOfWords)
                break;
            Add(word);
        }
        foreach (var piece in Pieces(counts.Where(x => !tokens.Contains(x.Key))))
            Add(piece);
        return ordered;
    }

    // A piece is worth the characters it saves over spelling: count x (length - 1).
    private static IEnumerable<string> Pieces(IEnumerable<KeyValuePair<string, int>> rare)
    {
        var worth = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (word, count) in rare.Where(x => x.Key.All(char.IsAsciiLetterOrDigit)))
        {
            for (var length = 2; length <= Math.Min(LongestPiece, word.Length - 1); length++)
            {
                worth[word[..length]] = worth.GetValueOrDefault(word[..length]) + ((long)count * (length - 1));
                var end = "##" + word[^length..];
                worth[end] = worth.GetValueOrDefault(end) + ((long)count * (length - 1));
            }
        }
        return worth.OrderByDescending(x => x.Value).ThenBy(x => x.Key, StringComparer.Ordinal).Select(x => x.Key);
    }
}
