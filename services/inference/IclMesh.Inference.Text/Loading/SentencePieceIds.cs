using IclMesh.Inference.Text.SentencePiece;
using IclMesh.Inference.Text.Settings;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Loading;

/// <summary>Which token ids the pieces of a SentencePiece model have, and what frames a text, by the tokenizer class that tokenizer_config.json names.</summary>
internal sealed class SentencePieceIds
{
    private const int ExtraIds = 100;

    private readonly PieceModel model;
    private readonly string family;
    private readonly List<AddedToken> added = [];

    private SentencePieceIds(PieceModel model, string family) => (this.model, this.family) = (model, family);

    /// <summary>Control and unknown tokens, and what the class adds behind the pieces.</summary>
    public IReadOnlyList<AddedToken> Added => added;

    /// <summary>Text of every piece to its token id; of pieces with one text the first counts.</summary>
    public Dictionary<string, int> Entries { get; } = new(StringComparer.Ordinal);

    /// <exception cref="MeshException">A class whose ids are not known.</exception>
    public static SentencePieceIds For(string path, TokenizerConfiguration settings, PieceModel model)
    {
        var family = settings.TokenizerClass?.Replace("Fast", "", StringComparison.Ordinal);
        if (family is not (null or "LlamaTokenizer" or "CodeLlamaTokenizer" or "GemmaTokenizer" or "XLMRobertaTokenizer" or "T5Tokenizer"))
        {
            throw FileFaults.Unsupported(
                path,
                $"tokenizer_class '{settings.TokenizerClass}' gives a SentencePiece model's pieces ids that are not known here; LlamaTokenizer, CodeLlamaTokenizer, GemmaTokenizer, "
                + "XLMRobertaTokenizer and T5Tokenizer are, and any tokenizer.json");
        }

        var ids = new SentencePieceIds(model, family ?? "");
        ids.Fill(path, settings);
        return ids;
    }

    /// <summary>The token id of a piece.</summary>
    public int Of(int piece) => family != "XLMRobertaTokenizer" ? piece : model.Pieces[piece].Text switch
    {
        // The order of fairseq: <s>, <pad>, </s>, <unk>, then the pieces from the fourth on, one further than in the file.
        "<s>" => 0,
        "</s>" => 2,
        "<unk>" => 3,
        _ => piece + 1,
    };

    /// <summary>What the class puts around a text.</summary>
    public SequenceFrame Frame(int? begin, int? end) => family switch
    {
        "XLMRobertaTokenizer" => new([0], [2]),
        "T5Tokenizer" => new([], end is { } token ? [token] : []),
        "" => SequenceFrame.None,
        _ => new(begin is { } token ? [token] : [], []),
    };

    private void Fill(string path, TokenizerConfiguration settings)
    {
        for (var piece = 0; piece < model.Pieces.Count; piece++)
        {
            var (text, kind) = (model.Pieces[piece].Text, model.Pieces[piece].Kind);
            Entries.TryAdd(text, Of(piece));
            if (kind is PieceKind.Control or PieceKind.Unknown && text.Length > 0)
            {
                added.Add(new(Of(piece), text, Special: true));
            }
        }

        var next = model.Pieces.Count + (family == "XLMRobertaTokenizer" ? 1 : 0);
        if (family == "XLMRobertaTokenizer")
        {
            added.Add(new(1, "<pad>", Special: true));
            added.Add(new(next, "<mask>", StripsLeft: true, Special: true));
        }

        if (family == "T5Tokenizer")
        {
            var extra = settings.ExtraIds ?? ExtraIds;
            added.AddRange(Enumerable.Range(0, extra).Select(index => new AddedToken(next + extra - 1 - index, $"<extra_id_{index}>", Special: true)));
        }

        settings.Merge(path, added, Entries);
    }
}
