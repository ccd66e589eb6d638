using System.Text.Json;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Text.SentencePiece;
using IclMesh.Inference.Text.Tokens;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Tokenization;

/// <summary>SentencePiece's own model files; expected values are SentencePiece's (`make.py` beside the models).</summary>
public class SentencePieceTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "fixtures", "sentencepiece");

    [Theory]
    [InlineData("unigram")]
    [InlineData("unigram-bytes")]
    [InlineData("bpe")]
    [InlineData("bpe-bytes")]
    public void Encode_ModelFile_EqualsSentencePieceOnEveryText(string name)
    {
        var tokenizer = TokenizerFiles.ReadPieces(Path.Combine(Folder, $"{name}.model"), new());
        var others = Environment.GetEnvironmentVariable("ICLMESH_SENTENCEPIECE");

        var rows = File.ReadLines(Path.Combine(others ?? Folder, $"{name}.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.True(rows.Count > 100);
        Assert.All(rows, row =>
        {
            var text = row.GetProperty("text").GetString()!;
            var tokens = tokenizer.Encode(text);
            Assert.Equal(row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), tokens.Select(token => token.Id));
            Assert.Equal(
                row.GetProperty("offsets").EnumerateArray().Select(range => $"{range[0]}-{range[1]}"),
                tokens.Select(token => $"{Points(text, token.Start)}-{Points(text, token.Start + token.Length)}"));
            if (row.TryGetProperty("decoded", out var decoded))
            {
                Assert.Equal(decoded.GetString(), tokenizer.Decode([.. tokens.Select(token => token.Id)]));
            }
        });
    }

    [Fact]
    public void Encode_TokenizerJsonOfTheSameModel_GivesTheSameIds()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("tokenizer.json", Converted("unigram").ToJsonString());
        var tokenizer = TokenizerFiles.ReadJson(path);
        var own = TokenizerFiles.ReadPieces(Path.Combine(Folder, "unigram.model"), new());

        foreach (var text in new[] { "the model answers", "good film", "ﬁne ﬂow Ｈｅｌｌｏ １２３ ½ ℃", "こんにちは 世界 ﾊﾝｶｸ", "नमस्ते दुनिया", "xqz 👍🏽 zxq", "e\u0301", "don't (12)" })
        {
            var tokens = tokenizer.Encode(text);

            Assert.Equal(own.Encode(text).Select(token => token.Id), tokens.Select(token => token.Id));
            Assert.All(tokens, token => Assert.InRange(token.Start + token.Length, 0, text.Length));
        }

        Assert.Equal("the model", tokenizer.Decode([.. tokenizer.Encode("the model").Select(token => token.Id)]));
    }

    [Fact]
    public void Encode_TokenizerJsonWithDoubles_SumsInDoublePrecision()
    {
        // In single precision both ways score the same and the longer last piece wins; in double precision the other way is better by 1e-12.
        using var folder = new TemporaryFolder();
        var path = folder.Write("tokenizer.json", """
            {"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["a",-1.0],["bc",-1.000000000001],["ab",-1.0],["c",-1.0]]} }
            """);

        var tokens = TokenizerFiles.ReadJson(path).Encode("abc");

        Assert.Equal([3, 4], tokens.Select(token => token.Id));
    }

    [Theory]
    [InlineData("XLMRobertaTokenizer", "0 4 2")]
    [InlineData("LlamaTokenizerFast", "1 3")]
    [InlineData("T5Tokenizer", "3 2")]
    [InlineData(null, "3")]
    public void Encode_TokenizerClass_DecidesIdsAndFrame(string? name, string expected)
    {
        var own = TokenizerFiles.ReadPieces(Path.Combine(Folder, "unigram.model"), new());
        var text = own.TokenText(3).Replace('▁', ' ');
        var tokenizer = TokenizerFiles.ReadPieces(Path.Combine(Folder, "unigram.model"), new() { TokenizerClass = name });

        Assert.Equal(expected, string.Join(' ', tokenizer.Encode(text.Trim() + "", addSpecialTokens: true).Where(token => token.Id < 5).Select(token => token.Id)));
    }

    [Fact]
    public void Encode_ControlTokenInAText_IsTextUnlessAskedFor()
    {
        var tokenizer = TokenizerFiles.ReadPieces(Path.Combine(Folder, "unigram.model"), new());

        Assert.DoesNotContain(2, tokenizer.Encode("a</s>").Select(token => token.Id));
        Assert.Equal(2, tokenizer.Encode("a</s>", scope: SpecialTokenScope.Everywhere)[^1].Id);
    }

    [Theory]
    [InlineData("BartphoTokenizer", "tokenizer_class 'BartphoTokenizer'")]
    public void Read_UnknownClass_IsRefusedByName(string name, string message)
    {
        var error = Assert.Throws<MeshException>(() => TokenizerFiles.ReadPieces(Path.Combine(Folder, "unigram.model"), new() { TokenizerClass = name }));

        Assert.Equal(ErrorKind.Unimplemented, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnyMutation_FailsOnlyWithMeshException()
    {
        var original = File.ReadAllBytes(Path.Combine(Folder, "bpe-bytes.model"));
        var random = new Random(3);
        using var folder = new TemporaryFolder();
        for (var round = 0; round < 300; round++)
        {
            byte[] bytes = [.. original[..random.Next(original.Length)]];
            for (var edit = 0; edit < 3 && bytes.Length > 0; edit++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                var tokenizer = TokenizerFiles.ReadPieces(folder.Write("tokenizer.model", bytes), new());
                tokenizer.Decode([.. tokenizer.Encode("a good film é 😀", addSpecialTokens: true).Select(token => token.Id)]);
            }
            catch (MeshException)
            {
                // The one kind of failure that is allowed.
            }
        }
    }

    /// <summary>What the converters of transformers make of a Unigram model.</summary>
    private static System.Text.Json.Nodes.JsonObject Converted(string name)
    {
        var model = PieceModel.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(Folder, $"{name}.model")));
        return JsonSerializer.SerializeToNode(new
        {
            version = "1.0",
            added_tokens = new[] { 0, 1, 2 }.Select(id => new { id, content = model.Pieces[id].Text, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true }),
            normalizer = new
            {
                type = "Sequence",
                normalizers = new object[]
                {
                    new { type = "Precompiled", precompiled_charsmap = Convert.ToBase64String(model.Normalizer.PrecompiledMap.Span) },
                    new { type = "Replace", pattern = new { Regex = " {2,}" }, content = " " },
                },
            },
            pre_tokenizer = new { type = "Metaspace", replacement = "▁", prepend_scheme = "always", split = true },
            decoder = new { type = "Metaspace", replacement = "▁", prepend_scheme = "always", split = true },
            model = new { type = "Unigram", unk_id = 0, vocab = model.Pieces.Select(piece => new object[] { piece.Text, (double)piece.Score }), byte_fallback = false },
        })!.AsObject();
    }

    private static int Points(string text, int units) => text[..units].EnumerateRunes().Count();
}
