using System.Text.Json;
using IclMesh.Inference.ModelFiles.Gguf;
using IclMesh.Inference.Tests.Sources;
using IclMesh.Inference.Text.Loading;
using IclMesh.Inference.Text.Tokens;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Tokenization;

public class GgufTokenizerTests
{
    [Theory]
    [InlineData("byte-level-llama3", "llama-bpe")]
    [InlineData("byte-level-qwen2", "qwen2")]
    public void Encode_TokenizerJsonWrittenAsGguf_EqualsTheReferenceOnEveryRow(string name, string pre)
    {
        var root = JsonDocument.Parse(File.ReadAllBytes(SharedData.Find("golden", "tokenizers", name, "tokenizer.json"))).RootElement;
        var tokens = root.GetProperty("model").GetProperty("vocab").EnumerateObject().OrderBy(entry => entry.Value.GetInt32()).Select(entry => entry.Name).ToList();
        var special = root.GetProperty("added_tokens").EnumerateArray().Select(token => token.GetProperty("id").GetInt32()).ToHashSet();
        var tokenizer = Read(new GgufWriter()
            .Text("tokenizer.ggml.model", "gpt2").Text("tokenizer.ggml.pre", pre).Integer("tokenizer.ggml.bos_token_id", 0)
            .Texts("tokenizer.ggml.tokens", tokens)
            .Integers("tokenizer.ggml.token_type", [.. tokens.Select((_, id) => special.Contains(id) ? 3 : 1)])
            .Texts("tokenizer.ggml.merges", [.. root.GetProperty("model").GetProperty("merges").EnumerateArray().Select(pair => $"{pair[0]} {pair[1]}")]));

        Assert.All(GoldenRow.Read(SharedData.Find("golden", "tokenizers", name, "expected.jsonl")), row => row.Check(tokenizer));
    }

    [Fact]
    public void Encode_SentencePiece_MergesByScoreAndFallsBackToBytes()
    {
        var tokenizer = Read(SentencePiece());

        var tokens = tokenizer.Encode("ab a</s>é", addSpecialTokens: true, SpecialTokenScope.Everywhere);

        // "ab" outranks the prefix with "a"; é has no entry, so its two bytes stand for it; the part behind </s> gets a prefix of its own.
        Assert.Equal(["<s>", "▁", "ab", "▁a", "</s>", "▁", "<0xC3>", "<0xA9>"], tokens.Select(token => tokenizer.TokenText(token.Id)));
        Assert.Equal([(0, 0), (0, 1), (0, 2), (2, 2), (4, 4), (8, 1), (8, 1), (8, 1)], tokens.Select(token => (token.Start, token.Length)));
        Assert.Equal("ab a", tokenizer.Decode([.. tokenizer.Encode("ab a").Select(token => token.Id)]));
    }

    [Fact]
    public void Encode_WithoutSpacePrefix_AddsNone()
    {
        var tokenizer = Read(SentencePiece().Flag("tokenizer.ggml.add_space_prefix", false).Flag("tokenizer.ggml.add_bos_token", false));

        Assert.Equal(["ab", "▁a"], tokenizer.Encode("ab a", addSpecialTokens: true).Select(token => tokenizer.TokenText(token.Id)));
    }

    [Theory]
    [InlineData("gpt2", "unheard-of", "tokenizer.ggml.pre 'unheard-of' is not supported")]
    [InlineData("t5", "default", "tokenizer.ggml.model 't5' is not supported")]
    public void Read_UnknownRules_NamesThem(string model, string pre, string message)
    {
        var writer = new GgufWriter().Text("tokenizer.ggml.model", model).Text("tokenizer.ggml.pre", pre)
            .Texts("tokenizer.ggml.tokens", ["a"]).Texts("tokenizer.ggml.merges", []);

        var error = Assert.Throws<MeshException>(() => Read(writer));

        Assert.Equal(ErrorKind.Unimplemented, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static GgufWriter SentencePiece()
    {
        string[] pieces = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), "▁", "a", "b", "ab", "▁a"];
        var first = Array.IndexOf(pieces, "▁");
        return new GgufWriter()
            .Text("tokenizer.ggml.model", "llama").Integer("tokenizer.ggml.bos_token_id", 1).Integer("tokenizer.ggml.eos_token_id", 2).Integer("tokenizer.ggml.unknown_token_id", 0)
            .Texts("tokenizer.ggml.tokens", pieces)
            .Numbers("tokenizer.ggml.scores", [.. pieces.Select((_, id) => id < first ? 0f : first - id is var rank && pieces[id] == "ab" ? -1f : -10f + rank)])
            .Integers("tokenizer.ggml.token_type", [.. pieces.Select((_, id) => id == 0 ? 2 : id < 3 ? 3 : id < first ? 6 : 1)]);
    }

    private static ITextTokenizer Read(GgufWriter writer)
    {
        using var folder = new TemporaryFolder();
        using var file = GgufFile.Open(folder.Write("model.gguf", writer.ToArray()));
        return GgufTokenizer.Read(file.Metadata);
    }
}
