using System.Text.Json;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.Text.Loading;

/// <summary>Reads the merges of a byte-pair model: the earlier in the list, the sooner merged.</summary>
internal static class MergeList
{
    /// <summary>From tokenizer.json: pairs as lists of two texts, or in older files as one text with a blank.</summary>
    public static Dictionary<(int Left, int Right), (int Rank, int Id)> Read(JsonFields model, Dictionary<string, int> vocabulary)
    {
        var merges = new Dictionary<(int, int), (int, int)>();
        var rank = 0;
        foreach (var merge in model.List("merges"))
        {
            var (left, right) = merge.ValueKind switch
            {
                JsonValueKind.String => Pair(model.Path, merge.GetString()!, rank),
                JsonValueKind.Array when merge.GetArrayLength() == 2 && merge[0].ValueKind == JsonValueKind.String && merge[1].ValueKind == JsonValueKind.String
                    => (merge[0].GetString()!, merge[1].GetString()!),
                _ => throw FileFaults.Corrupt(model.Path, $"model.merges[{rank}] must be two texts"),
            };
            Add(merges, model.Path, left, right, rank++, vocabulary);
        }

        return merges;
    }

    /// <summary>From GGUF metadata: one text a pair, with a blank.</summary>
    public static Dictionary<(int Left, int Right), (int Rank, int Id)> Read(
        string path, IReadOnlyList<string> pairs, Dictionary<string, int> vocabulary)
    {
        var merges = new Dictionary<(int, int), (int, int)>(pairs.Count);
        for (var rank = 0; rank < pairs.Count; rank++)
        {
            var (left, right) = Pair(path, pairs[rank], rank);
            Add(merges, path, left, right, rank, vocabulary);
        }

        return merges;
    }

    private static (string Left, string Right) Pair(string path, string text, int rank)
    {
        // A part may begin with a blank, so the first character does not separate.
        var blank = text.Length == 0 ? -1 : text.IndexOf(' ', 1);
        return blank > 0 && blank + 1 < text.Length
            ? (text[..blank], text[(blank + 1)..])
            : throw FileFaults.Corrupt(path, $"merge {rank}, '{text}', must be two texts with a blank between them");
    }

    private static void Add(
        Dictionary<(int, int), (int, int)> merges, string path, string left, string right, int rank, Dictionary<string, int> vocabulary)
    {
        if (!vocabulary.TryGetValue(left, out var leftId)
            || !vocabulary.TryGetValue(right, out var rightId)
            || !vocabulary.TryGetValue(left + right, out var mergedId))
        {
            throw FileFaults.Corrupt(path, $"merge {rank}: '{left}', '{right}' or both together are not in the vocabulary");
        }

        // Where a pair is listed twice the later rank counts, as in the reference.
        merges[(leftId, rightId)] = (rank, mergedId);
    }
}
