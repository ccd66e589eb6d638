using IclMesh.Inference.Text.Decoding;
using IclMesh.Inference.Text.Normalization;
using IclMesh.Inference.Text.Patterns;
using IclMesh.Inference.Text.Settings;
using IclMesh.Inference.Text.Splitting;
using IclMesh.Inference.Text.Subwords;
using IclMesh.Inference.Text.Tokenization;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Loading;

/// <summary>Builds a tokenizer from the <c>tokenizer.ggml.*</c> metadata of a GGUF file.</summary>
/// <remarks>
/// The metadata names the rules (<c>gpt2</c> with a <c>pre</c> name, or <c>llama</c>) without spelling them out; the rules are those of the
/// models' own tokenizer.json files, and of llama.cpp (<c>llama-vocab.cpp</c>) where the two agree.
/// </remarks>
internal static class GgufTokenizer
{
    private const string Mark = "\u2581";
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Llama3Words = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Qwen2Words = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <param name="metadata">Key-value pairs of the file.</param>
    public static ITextTokenizer Read(ITokenizerMetadata metadata)
    {
        var texts = metadata.Texts("tokenizer.ggml.tokens") ?? throw FileFaults.Corrupt(metadata.Path, "tokenizer.ggml.tokens is missing");
        CheckSettings(metadata);
        var added = AddedTokens(metadata, texts);
        var special = added.Where(token => token.Special).Select(token => token.Id).ToHashSet();
        var entries = new Dictionary<string, int>(texts.Length, StringComparer.Ordinal);
        for (var id = 0; id < texts.Length; id++)
        {
            entries.TryAdd(texts[id], id);
        }

        // No text may spell a control token out of the subword model's own entries.
        var matched = entries.Where(entry => !special.Contains(entry.Value)).ToDictionary(StringComparer.Ordinal);
        var parts = metadata.Text("tokenizer.ggml.model") switch
        {
            "gpt2" => ByteLevel(metadata, matched),
            "llama" => SentencePiece(metadata, texts, matched),
            var other => throw FileFaults.Unsupported(metadata.Path, $"tokenizer.ggml.model '{other}' is not supported, gpt2 and llama are"),
        };
        var begin = Token(metadata, "tokenizer.ggml.bos_token_id", texts.Length);
        var end = Token(metadata, "tokenizer.ggml.eos_token_id", texts.Length);
        var addsBegin = metadata.Flag("tokenizer.ggml.add_bos_token") ?? parts.AddsBegin;
        var addsEnd = metadata.Flag("tokenizer.ggml.add_eos_token") ?? false;
        RequireToken(metadata, "add_bos_token", begin, "bos_token_id");
        RequireToken(metadata, "add_eos_token", end, "eos_token_id");
        return new SubwordTokenizer(new()
        {
            Vocabulary = new(entries, added),
            AddedTokens = added,
            Model = parts.Model,
            Normalize = parts.Normalize,
            Split = parts.Split,
            Decode = parts.Decode,
            Frame = new(addsBegin && begin is not null ? [begin.Value] : [], addsEnd && end is not null ? [end.Value] : []),
            BeginToken = begin,
            EndToken = end,
        });
    }

    /// <summary>Keys of the tokenizer that this class reads, others read, or that concern training and tools only.</summary>
    private static readonly HashSet<string> KnownKeys = new(
        "model pre tokens token_type scores merges bos_token_id eos_token_id eot_token_id eom_token_id eog_token_ids unknown_token_id padding_token_id seperator_token_id separator_token_id "
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Concat("cls_token_id mask_token_id add_bos_token add_eos_token add_space_prefix token_type_count prefix_token_id suffix_token_id middle_token_id".Split(' '))
            .Concat("fim_pre_token_id fim_suf_token_id fim_mid_token_id fim_pad_token_id fim_rep_token_id fim_sep_token_id add_sep_token remove_extra_whitespaces precompiled_charsmap".Split(' '))
            .Select(name => $"tokenizer.ggml.{name}"),
        StringComparer.Ordinal);

    private static void CheckSettings(ITokenizerMetadata metadata)
    {
        if (metadata.Keys.FirstOrDefault(key => key.StartsWith("tokenizer.ggml.", StringComparison.Ordinal) && !KnownKeys.Contains(key)) is { } unknown)
        {
            throw FileFaults.Unsupported(metadata.Path, $"the setting {unknown} is not supported");
        }

        foreach (var key in new[] { "tokenizer.ggml.add_sep_token", "tokenizer.ggml.remove_extra_whitespaces" })
        {
            if (metadata.Flag(key) == true)
            {
                throw FileFaults.Unsupported(metadata.Path, $"{key} is not supported");
            }
        }

        if (metadata.Has("tokenizer.ggml.precompiled_charsmap"))
        {
            throw FileFaults.Unsupported(metadata.Path, "tokenizer.ggml.precompiled_charsmap is not supported");
        }

        if (metadata.Text("tokenizer.ggml.model") == "gpt2" && metadata.Flag("tokenizer.ggml.add_space_prefix") == true)
        {
            throw FileFaults.Unsupported(metadata.Path, "tokenizer.ggml.add_space_prefix is not supported for byte-level tokenizers");
        }
    }

    private static List<AddedToken> AddedTokens(ITokenizerMetadata metadata, string[] texts)
    {
        // Kinds: 1 normal, 2 unknown, 3 control, 4 defined by the user, 5 unused, 6 byte.
        var kinds = metadata.Numbers("tokenizer.ggml.token_type") ?? [];
        return [.. texts.Select((text, id) => new AddedToken(id, text, Special: id < kinds.Length && kinds[id] is 2 or 3))
            .Where(token => token.Id < kinds.Length && kinds[token.Id] is 2 or 3 or 4 && token.Text.Length > 0)];
    }

    private static Rules ByteLevel(ITokenizerMetadata metadata, Dictionary<string, int> entries)
    {
        var merges = MergeList.Read(
            metadata.Path, metadata.Texts("tokenizer.ggml.merges") ?? throw FileFaults.Corrupt(metadata.Path, "tokenizer.ggml.merges is missing"), entries);
        var words = ByteLevelSplitter.Create(addPrefixSpace: false, useExpression: true);
        var bytes = ByteLevelSplitter.Create(addPrefixSpace: false, useExpression: false);
        switch (metadata.Text("tokenizer.ggml.pre"))
        {
            case "gpt-2" or "gpt2" or "phi-2" or "olmo" or "mpt" or "roberta-bpe" or "jina-en" or "jina-es" or "jina-de" or "exaone4":
                return new(new(entries, merges, new()), null, words, Decoders.ByteLevel);
            case "smollm" or "starcoder" or "refact" or "command-r" or "codeshell" or "exaone" or "minerva-7b":
                return new(new(entries, merges, new()), null, Splitters.Sequence([Splitters.Digits(individual: true), words]), Decoders.ByteLevel);
            case "llama-bpe" or "llama3" or "llama-v3":
                return new(
                    new(entries, merges, new(WholePiecesFirst: true)), null, Splitters.Sequence([Expression(Llama3Words), bytes]), Decoders.ByteLevel, AddsBegin: true);
            case "qwen2" or "deepseek-r1-qwen":
                return new(new(entries, merges, new()), CanonicalForms.Compose, Splitters.Sequence([Expression(Qwen2Words), bytes]), Decoders.ByteLevel);
            case var other:
                throw FileFaults.Unsupported(
                    metadata.Path, $"tokenizer.ggml.pre '{other}' is not supported; gpt-2, smollm, llama-bpe, qwen2 and their kin are");
        }
    }

    private static Rules SentencePiece(ITokenizerMetadata metadata, string[] texts, Dictionary<string, int> entries)
    {
        var scores = metadata.Numbers("tokenizer.ggml.scores") ?? throw FileFaults.Corrupt(metadata.Path, "tokenizer.ggml.scores is missing");
        if (scores.Length != texts.Length)
        {
            throw FileFaults.Corrupt(metadata.Path, $"tokenizer.ggml.scores has {scores.Length} numbers for {texts.Length} tokens");
        }

        var byId = scores.Index().ToDictionary(score => score.Index, score => score.Item);
        var prefix = metadata.Flag("tokenizer.ggml.add_space_prefix") ?? true;
        var blanks = Normalizers.Replace(TextPattern.Literal(" "), Mark);
        var unknown = Token(metadata, "tokenizer.ggml.unknown_token_id", texts.Length);
        List<TokenDecoder> decode = [Decoders.Replace(TextPattern.Literal(Mark), " "), Decoders.ByteFallback, Decoders.Fuse];
        if (prefix)
        {
            decode.Add(Decoders.Strip(' ', start: 1, stop: 0));
        }

        return new(
            new(entries, ScoredMerges.Read(metadata.Path, byId, entries), new(unknown, FuseUnknown: true, ByteFallback: true)),
            prefix ? Normalizers.Sequence([Normalizers.Prepend(Mark), blanks]) : blanks,
            Split: null,
            Decoders.Sequence(decode),
            AddsBegin: true);
    }

    private static TextSplitter Expression(string expression) => Splitters.Pattern(TextPattern.Expression(expression), SplitBehavior.Isolated);

    private static int? Token(ITokenizerMetadata metadata, string key, int count)
    {
        var id = metadata.Integer(key);
        return id is null || id < count ? id : throw FileFaults.Corrupt(metadata.Path, $"{key} must be below {count}, is {id}");
    }

    private static void RequireToken(ITokenizerMetadata metadata, string setting, int? token, string name)
    {
        if (token is null && metadata.Flag($"tokenizer.ggml.{setting}") == true)
        {
            throw FileFaults.Corrupt(metadata.Path, $"tokenizer.ggml.{setting} is set, but tokenizer.ggml.{name} is missing");
        }
    }

    private sealed record Rules(BytePairModel Model, TextNormalizer? Normalize, TextSplitter? Split, TokenDecoder Decode, bool AddsBegin = false);
}
