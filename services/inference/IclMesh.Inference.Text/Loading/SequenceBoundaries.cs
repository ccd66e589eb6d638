using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Loading;

/// <summary>Begin and end token as the files beside a tokenizer name them: by text, by id, or not at all.</summary>
/// <param name="BeginText">Spelling of the begin token.</param>
/// <param name="BeginId">Id of the begin token, used where there is no spelling.</param>
/// <param name="EndText">Spelling of the end token.</param>
/// <param name="EndId">Id of the end token, used where there is no spelling.</param>
internal sealed record SequenceBoundaries(string? BeginText = null, int? BeginId = null, string? EndText = null, int? EndId = null)
{
    public int? Begin(Vocabulary vocabulary) => Known(BeginText, BeginId, vocabulary);

    public int? End(Vocabulary vocabulary) => Known(EndText, EndId, vocabulary);

    private static int? Known(string? text, int? id, Vocabulary vocabulary)
    {
        var known = (text is null ? null : vocabulary.Find(text)) ?? id;
        return known >= 0 && known < vocabulary.Size ? known : null;
    }
}
