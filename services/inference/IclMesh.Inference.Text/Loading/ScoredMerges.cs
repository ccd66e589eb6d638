using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.Text.Loading;

/// <summary>The merges that SentencePiece's byte-pair model implies: any two tokens whose texts make a third, the highest score first.</summary>
internal static class ScoredMerges
{
    // Pairs are found by trying every place to cut a token, so long tokens cost the square of their length.
    private const int MaximumLength = 256;

    /// <param name="path">Path of the file.</param>
    /// <param name="scores">Score by token id.</param>
    /// <param name="vocabulary">The tokens that are merged and made by merging.</param>
    public static Dictionary<(int Left, int Right), (int Rank, int Id)> Read(
        string path, IReadOnlyDictionary<int, double> scores, Dictionary<string, int> vocabulary)
    {
        if (!scores.Values.All(double.IsFinite))
        {
            throw FileFaults.Corrupt(path, "a token's score is not finite");
        }

        var ranks = scores.Values.Distinct().OrderDescending().Select((score, rank) => (score, rank)).ToDictionary();
        var lookup = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        var merges = new Dictionary<(int, int), (int, int)>();
        foreach (var (text, id) in vocabulary)
        {
            if (text.Length > MaximumLength)
            {
                continue;
            }

            for (var cut = 1; cut < text.Length; cut++)
            {
                if (lookup.TryGetValue(text.AsSpan(0, cut), out var left) && lookup.TryGetValue(text.AsSpan(cut), out var right))
                {
                    merges[(left, right)] = (ranks[scores[id]], id);
                }
            }
        }

        return merges;
    }
}
