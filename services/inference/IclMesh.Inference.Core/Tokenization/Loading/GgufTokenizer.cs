using IclMesh.Inference.Core.Sources;
using IclMesh.Inference.Core.Tokenization.Decoding;
using IclMesh.Inference.Core.Tokenization.Normalization;
using IclMesh.Inference.Core.Tokenization.Splitting;
using IclMesh.Inference.Core.Tokenization.Subwords;

namespace IclMesh.Inference.Core.Tokenization.Loading;

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

    public static ITextTokenizer Read(GgufFile file)
    {
        var metadata = file.Metadata;
        var texts = metadata.Texts("tokenizer.ggml.tokens") ?? throw FileFaults.Corrupt(metadata.Path, "tokenizer.ggml.tokens is missing");
        var added = AddedTokens(metadata, texts);
        var entries = new Dictionary<string, int>(texts.Length, StringComparer.Ordinal);
        for (var id = 0; id < texts.Length; id++)
        {
            entries.TryAdd(texts[id], id);
        }

        var parts = metadata.Text("tokenizer.ggml.model") switch
        {
            "gpt2" => ByteLevel(metadata, entries),
            "llama" => SentencePiece(metadata, texts, entries),
            var other => throw FileFaults.Unsupported(metadata.Path, $"tokenizer.ggml.model '{other}' is not supported, gpt2 and llama are"),
        };
        var begin = Token(metadata, "tokenizer.ggml.bos_token_id", texts.Length);
        var end = Token(metadata, "tokenizer.ggml.eos_token_id", texts.Length);
        var addsBegin = metadata.Flag("tokenizer.ggml.add_bos_token") ?? parts.AddsBegin;
        var addsEnd = metadata.Flag("tokenizer.ggml.add_eos_token") ?? false;
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

    private static List<AddedToken> AddedTokens(GgufMetadata metadata, string[] texts)
    {
        // Kinds: 1 normal, 2 unknown, 3 control, 4 defined by the user, 5 unused, 6 byte.
        var kinds = metadata.Numbers("tokenizer.ggml.token_type") ?? [];
        return [.. texts.Select((text, id) => new AddedToken(id, text))
            .Where(token => token.Id < kinds.Length && kinds[token.Id] is 2 or 3 or 4 && token.Text.Length > 0)];
    }

    private static Rules ByteLevel(GgufMetadata metadata, Dictionary<string, int> entries)
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

    private static Rules SentencePiece(GgufMetadata metadata, string[] texts, Dictionary<string, int> entries)
    {
        var scores = metadata.Numbers("tokenizer.ggml.scores") ?? throw FileFaults.Corrupt(metadata.Path, "tokenizer.ggml.scores is missing");
        if (scores.Length != texts.Length)
        {
            throw FileFaults.Corrupt(metadata.Path, $"tokenizer.ggml.scores has {scores.Length} numbers for {texts.Length} tokens");
        }

        var prefix = metadata.Flag("tokenizer.ggml.add_space_prefix") ?? true;
        var blanks = Normalizers.Replace(TextPattern.Literal(" "), Mark);
        var unknown = Token(metadata, "tokenizer.ggml.unknown_token_id", texts.Length);
        List<Decode> decode = [Decoders.Replace(TextPattern.Literal(Mark), " "), Decoders.ByteFallback, Decoders.Fuse];
        if (prefix)
        {
            decode.Add(Decoders.Strip(' ', start: 1, stop: 0));
        }

        return new(
            new(entries, ScoredMerges.Read(metadata.Path, scores, entries), new(unknown, FuseUnknown: true, ByteFallback: true)),
            prefix ? Normalizers.Sequence([Normalizers.Prepend(Mark), blanks]) : blanks,
            Split: null,
            Decoders.Sequence(decode),
            AddsBegin: true);
    }

    private static Split Expression(string expression) => Splitters.Pattern(TextPattern.Expression(expression), SplitBehavior.Isolated);

    private static int? Token(GgufMetadata metadata, string key, int count)
    {
        var id = metadata.Integer(key);
        return id is null || id < count ? id : throw FileFaults.Corrupt(metadata.Path, $"{key} must be below {count}, is {id}");
    }

    private sealed record Rules(BytePairModel Model, Normalize? Normalize, Split? Split, Decode Decode, bool AddsBegin = false);
}
