using System.Text.Json;
using IclMesh.Inference.Text.Settings;
using IclMesh.Inference.Text.Subwords;
using IclMesh.Inference.Text.Tokenization;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Loading;

/// <summary>Reads <c>tokenizer.json</c>, the format of the tokenizers library of Hugging Face.</summary>
/// <remarks>Truncation and padding settings are left to the caller. A component that is not known here is an error, never skipped.</remarks>
internal static class TokenizerJson
{
    // Ids are dense in every published vocabulary; without a limit one entry could claim an array of 2^31 texts.
    private const int SpareIds = 1024;

    /// <param name="root">The file's object.</param>
    /// <param name="settings">What other files of the model say.</param>
    public static ITextTokenizer Read(JsonFields root, TokenizerConfiguration settings)
    {
        try
        {
            return Build(root, settings);
        }
        catch (ArgumentException cause)
        {
            // The WordPiece library says what is wrong with its settings this way.
            throw FileFaults.Corrupt(root.Path, cause.Message, cause);
        }
    }

    private static SubwordTokenizer Build(JsonFields root, TokenizerConfiguration settings)
    {
        ComponentFields.Check("the file", root, optional: "version truncation padding added_tokens normalizer pre_tokenizer post_processor decoder model");
        var model = root.Object("model") ?? throw FileFaults.Corrupt(root.Path, "model is missing");
        var isUnigram = model.Text("type") == "Unigram";
        var entries = isUnigram ? UnigramJson.Entries(model) : Entries(model);
        var added = AddedTokens(root);
        settings.Merge(root.Path, added, entries);
        CheckIds(root.Path, entries, added);
        var vocabulary = new Vocabulary(entries, added);
        var begin = settings.Boundaries.Begin(vocabulary);
        var end = settings.Boundaries.End(vocabulary);

        // Control tokens come from the added tokens alone; no text may spell one out of the subword model's own entries.
        var special = added.Where(token => token.Special).Select(token => token.Text).ToHashSet(StringComparer.Ordinal);
        return new(new()
        {
            Vocabulary = vocabulary,
            Model = isUnigram ? UnigramJson.Read(model, special) : Model(model, entries, special),
            AddedTokens = added,
            Normalize = root.Object("normalizer") is { } normalizer ? NormalizerJson.Read(normalizer, settings) : null,
            Split = root.Object("pre_tokenizer") is { } splitter ? SplitterJson.Read(splitter, settings) : null,
            Decode = root.Object("decoder") is { } decoder ? DecoderJson.Read(decoder) : Decoding.Decoders.Blanks,
            Frame = settings.Framed(
                root.Path, root.Object("post_processor") is { } frame ? FrameJson.Read(frame, vocabulary) : SequenceFrame.None, begin, end),
            BeginToken = begin,
            EndToken = end,
        });
    }

    private static Dictionary<string, int> Entries(JsonFields model)
    {
        var vocabulary = model.Object("vocab") ?? throw FileFaults.Corrupt(model.Path, "model.vocab is missing");
        var entries = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var member in vocabulary.Element.EnumerateObject())
        {
            entries[member.Name] = member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var id)
                ? id
                : throw FileFaults.Corrupt(model.Path, $"model.vocab: the id of '{member.Name}' must be a whole number");
        }

        return entries;
    }

    private static List<AddedToken> AddedTokens(JsonFields root) =>
        [.. root.Objects("added_tokens").Select(token =>
        {
            ComponentFields.Check("added_tokens", token, "id content", "single_word lstrip rstrip normalized special");
            return new AddedToken(
                token.RequiredInteger("id"),
                token.Text("content") ?? throw FileFaults.Corrupt(root.Path, "added_tokens: content is missing"),
                token.Flag("single_word") ?? false,
                token.Flag("lstrip") ?? false,
                token.Flag("rstrip") ?? false,
                token.Flag("normalized") ?? token.Flag("special") != true,
                token.Flag("special") ?? false);
        })];

    private static void CheckIds(string path, Dictionary<string, int> entries, List<AddedToken> added)
    {
        var limit = (2L * (entries.Count + added.Count)) + SpareIds;
        foreach (var (text, id) in entries.Select(entry => (entry.Key, entry.Value)).Concat(added.Select(token => (token.Text, token.Id))))
        {
            if (id < 0 || id >= limit)
            {
                throw FileFaults.Corrupt(path, $"the id of token '{text}' must be between 0 and {limit - 1} for a vocabulary of this size, is {id}");
            }
        }
    }

    private static ISubwordModel Model(JsonFields model, Dictionary<string, int> entries, HashSet<string> special)
    {
        // Old files do not name the type; only byte-pair models have merges.
        switch (model.Text("type") ?? (model.Find("merges") is null ? "WordPiece" : "BPE"))
        {
            case "BPE":
                return BytePairs(model, entries, special);
            case "WordPiece":
                ComponentFields.Check("model", model, "unk_token continuing_subword_prefix max_input_chars_per_word", "vocab");
                var unknown = model.Text("unk_token") ?? "[UNK]";
                return entries.ContainsKey(unknown)
                    ? new WordPieceModel(
                        Without(entries, special, unknown), unknown, model.Text("continuing_subword_prefix") ?? "##", MaximumCharacters(model))
                    : throw FileFaults.Corrupt(model.Path, $"model.unk_token '{unknown}' is not in the vocabulary");
            case var other:
                throw FileFaults.Unsupported(model.Path, $"model type '{other}' is not supported, BPE, WordPiece and Unigram are");
        }
    }

    private static Dictionary<string, int> Without(Dictionary<string, int> entries, HashSet<string> special, string? kept) =>
        entries.Where(entry => entry.Key == kept || !special.Contains(entry.Key)).ToDictionary(StringComparer.Ordinal);

    private static int MaximumCharacters(JsonFields model)
    {
        const int Limit = 10_000;
        var maximum = model.Integer("max_input_chars_per_word") ?? 100;
        return maximum is >= 1 and <= Limit
            ? maximum
            : throw FileFaults.Corrupt(model.Path, $"model.max_input_chars_per_word must be between 1 and {Limit}, is {maximum}");
    }

    private static BytePairModel BytePairs(JsonFields model, Dictionary<string, int> entries, HashSet<string> special)
    {
        ComponentFields.Check(
            "model", model, "merges", "vocab dropout unk_token continuing_subword_prefix end_of_word_suffix fuse_unk byte_fallback ignore_merges");
        foreach (var affix in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (model.Text(affix) is { Length: > 0 })
            {
                throw FileFaults.Unsupported(model.Path, $"model.{affix} is not supported for byte-pair models");
            }
        }

        if (model.Number("dropout") is > 0)
        {
            throw FileFaults.Unsupported(model.Path, "model.dropout is not supported: it would make token ids random, as a setting for training");
        }

        int? unknown = model.Text("unk_token") is not { } token ? null : entries.TryGetValue(token, out var id)
            ? id
            : throw FileFaults.Corrupt(model.Path, $"model.unk_token '{token}' is not in the vocabulary");
        return new(Without(entries, special, kept: null), MergeList.Read(model, entries), new(
            unknown, model.Flag("fuse_unk") ?? false, model.Flag("byte_fallback") ?? false, model.Flag("ignore_merges") ?? false));
    }
}
