namespace IclMesh.Train.Text;

/// <summary>Greedy longest-match WordPiece over <see cref="BasicTokenizer"/> words.</summary>
internal sealed class WordPiece
{
    /// <summary>The special tokens; their ids are their positions.</summary>
    public static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[IN]", "[OUT]", "[NL]"];

    public const int Pad = 0, Unknown = 1, Begin = 2, Separator = 3, In = 5, Out = 6, NewLine = 7;

    private const int LongestWord = 100;
    private readonly Dictionary<string, int> ids;
    private readonly Dictionary<string, int[]> cache = [];
    private readonly int unknown;

    /// <param name="tokens">The vocabulary; a token's id is its position.</param>
    public WordPiece(IReadOnlyList<string> tokens)
    {
        Tokens = tokens;
        ids = tokens.Select((token, id) => (token, id)).ToDictionary(x => x.token, x => x.id, StringComparer.Ordinal);
        unknown = ids["[UNK]"];
    }

    /// <summary>The vocabulary, [V].</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>Reads a vocabulary with a token a line.</summary>
    public static WordPiece Load(string file) => new(File.ReadAllLines(file));

    /// <summary>The id of a vocabulary entry, or null.</summary>
    public int? Find(string token) => ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>Encodes a text without special tokens.</summary>
    public int[] Encode(string text) => [.. BasicTokenizer.Words(text).SelectMany(Pieces)];

    private int[] Pieces(string word)
    {
        if (cache.TryGetValue(word, out var known))
            return known;
        return cache[word] = Split(word);
    }

    private int[] Split(string word)
    {
        if (word.Length > LongestWord)
            return [unknown];
        var pieces = new List<int>();
        for (var start = 0; start < word.Length;)
        {
            var end = word.Length;
            int id;
            while (!ids.TryGetValue((start > 0 ? "##" : "") + word[start..end], out id))
            {
                if (--end == start)
                    return [unknown];
            }
            pieces.Add(id);
            start = end;
        }
        return [.. pieces];
    }
}
