using System.Text.Json;
using IclMesh.Inference.Text.Settings;
using IclMesh.Inference.Text.Subwords;

namespace IclMesh.Inference.Text.Loading;

/// <summary>The <c>model</c> of a tokenizer.json of type Unigram: a list of texts with their scores; the place in the list is the id.</summary>
internal static class UnigramJson
{
    public static Dictionary<string, int> Entries(JsonFields model)
    {
        var entries = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (text, id, _) in Pieces(model))
        {
            entries[text] = id;
        }

        return entries;
    }

    /// <param name="model">The object.</param>
    /// <param name="special">Control tokens, which no text may spell.</param>
    public static UnigramModel Read(JsonFields model, HashSet<string> special)
    {
        ComponentFields.Check("model", model, "vocab unk_id", "byte_fallback");
        var pieces = Pieces(model).ToList();
        var unknown = model.Integer("unk_id");
        if (unknown is < 0 || unknown >= pieces.Count)
        {
            throw FileFaults.Corrupt(model.Path, $"model.unk_id must be between 0 and {pieces.Count - 1}, is {unknown}");
        }

        // Of entries with one text the last counts, as in the reference.
        var entries = pieces.GroupBy(piece => piece.Text, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().Id, StringComparer.Ordinal);
        var matched = pieces.Where(piece => entries[piece.Text] == piece.Id && !special.Contains(piece.Text));
        return new(
            matched.Select(piece => new UnigramPiece(piece.Text, piece.Id, piece.Score)),
            new(unknown, pieces.Select(piece => piece.Score).DefaultIfEmpty().Min(), ByteTokens.Find(model.Flag("byte_fallback") == true ? entries : null)));
    }

    private static IEnumerable<(string Text, int Id, double Score)> Pieces(JsonFields model)
    {
        var id = 0;
        foreach (var piece in model.List("vocab"))
        {
            yield return piece.ValueKind == JsonValueKind.Array && piece.GetArrayLength() == 2
                && piece[0].ValueKind == JsonValueKind.String && piece[1].ValueKind == JsonValueKind.Number && double.IsFinite(piece[1].GetDouble())
                ? (piece[0].GetString()!, id++, piece[1].GetDouble())
                : throw FileFaults.Corrupt(model.Path, $"model.vocab[{id}] must be a text and a score");
        }
    }
}
