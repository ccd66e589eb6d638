namespace IclMesh.Inference.Text.Tokens;

/// <summary>Token texts and ids, both ways.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> ids;
    private readonly string?[] texts;

    /// <param name="model">Entries of the subword model; not negative.</param>
    /// <param name="added">Added tokens; they outrank entries of the same id.</param>
    public Vocabulary(Dictionary<string, int> model, IReadOnlyList<AddedToken> added)
    {
        ids = new(model, StringComparer.Ordinal);
        foreach (var token in added)
        {
            ids[token.Text] = token.Id;
        }

        texts = new string?[ids.Count == 0 ? 0 : ids.Values.Max() + 1];
        foreach (var (text, id) in ids)
        {
            texts[id] = text;
        }

        foreach (var token in added)
        {
            texts[token.Id] = token.Text;
        }
    }

    /// <summary>One more than the highest id.</summary>
    public int Size => texts.Length;

    public int? Find(string text) => ids.TryGetValue(text, out var id) ? id : null;

    /// <summary>The text of an id; empty for an id that no token has.</summary>
    public string Text(int id) => id >= 0 && id < texts.Length
        ? texts[id] ?? ""
        : throw MeshException.Invalid("ids", $"must be between 0 and {texts.Length - 1}, is {id}");
}
