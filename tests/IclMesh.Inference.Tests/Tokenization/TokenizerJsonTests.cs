using System.Diagnostics;
using System.Text.Json.Nodes;
using CsCheck;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Text.Tokens;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Tokenization;

public class TokenizerJsonTests
{
    private static readonly string[] Golden = ["byte-level-llama3", "byte-level-qwen2", "metaspace-byte-fallback", "wordpiece-cased"];

    [Theory]
    [InlineData("byte-level-llama3")]
    [InlineData("byte-level-qwen2")]
    [InlineData("metaspace-byte-fallback")]
    public void Decode_EncodedText_GivesTheTextBack(string name)
    {
        var tokenizer = Read(name);

        // No combining marks: NFC would join them with the letter before, and the text would rightly not come back.
        Gen.String[Gen.OneOf(Gen.Char[' ', '~'], Gen.Char['\u00a0', '\u02ff'], Gen.Char['\u3041', '\u3096'], Gen.Char['\u30a1', '\u30fe'], Gen.Char['\n', '\r']), 0, 60].Sample(text =>
        {
            var ids = tokenizer.Encode(text).Select(token => token.Id).ToArray();
            return tokenizer.Decode(ids) == text;
        });
    }

    [Theory]
    [InlineData("byte-level-llama3")]
    [InlineData("byte-level-qwen2")]
    [InlineData("metaspace-byte-fallback")]
    public void EncodeContinuation_TextAfterAnother_AddsNothingBetweenThem(string name)
    {
        var tokenizer = Read(name);

        Gen.Select(Gen.String[Gen.Char[' ', '~'], 1, 20], Gen.String[Gen.Char[' ', '~'], 0, 20]).Sample((first, second) =>
        {
            int[] ids = [.. tokenizer.Encode(first).Concat(tokenizer.EncodeContinuation(second)).Select(token => token.Id)];
            return tokenizer.Decode(ids) == first + second;
        });
    }

    [Fact]
    public void Encode_AnyText_HasOrderedOffsetsInsideTheText()
    {
        var tokenizers = Golden.Select(Read).ToList();

        Gen.String.Sample(text =>
        {
            foreach (var tokens in tokenizers.Select(tokenizer => tokenizer.Encode(text, addSpecialTokens: true)))
            {
                Assert.All(tokens, token => Assert.True(token.Start >= 0 && token.Length >= 0 && token.Start + token.Length <= text.Length));
                Assert.All(tokens.Zip(tokens.Skip(1)), pair => Assert.True(pair.First.Start <= pair.Second.Start));
            }
        });
    }

    [Theory]
    [InlineData("byte-level-llama3")]
    [InlineData("byte-level-qwen2")]
    [InlineData("metaspace-byte-fallback")]
    [InlineData("wordpiece-cased")]
    public void Encode_HundredThousandCharacters_TakesTimeInProportion(string name)
    {
        var tokenizer = Read(name);
        foreach (var text in new[] { new string('a', 100_000), new string(' ', 100_000), string.Concat(Enumerable.Repeat("the film, 12!\n", 7_000)), new string('é', 50_000) })
        {
            tokenizer.Encode(text[..1000]);
            var watch = Stopwatch.StartNew();
            tokenizer.Encode(text);

            // Some 0.1 s on an idle core; quadratic time would be minutes, so the bound holds on a machine twenty times as slow.
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        }
    }

    [Fact]
    public void Encode_LoneSurrogates_AreReplacementCharacters()
    {
        foreach (var tokenizer in Golden.Select(Read))
        {
            Assert.Equal(tokenizer.Encode("a\uFFFDb\uFFFD"), tokenizer.Encode("a\uD800b\uDC00"));
        }
    }

    [Theory]
    [InlineData("""{"model":{"type":"Unigram","vocab":{},"unk_id":null} }""", "vocab must be a list")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a"]],"unk_id":0} }""", "model.vocab[0] must be a text and a score")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a",-1]],"unk_id":1} }""", "model.unk_id must be between 0 and 0, is 1")]
    [InlineData("""{"model":{"type":"WordLevel","vocab":{}}}""", "model type 'WordLevel' is not supported")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}""", "merge 0: 'a', 'b' or both together are not in the vocabulary")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":2000000000},"merges":[]}}""", "the id of token 'a' must be between 0 and 1025")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"normalizer":{"type":"NFKC"} }""", "normalizer 'NFKC' is not supported")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated"} }""", "the expression '(' has a group without an end")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[],"unk_token":"u"} }""", "model.unk_token 'u' is not in the vocabulary")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":0},"unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100} }""", "model.unk_token '[UNK]' is not in the vocabulary")]
    [InlineData("{}", "model is missing")]
    public void Read_WrongFile_NamesWhatIsWrong(string json, string message)
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<MeshException>(() => TokenizerFiles.ReadJson(folder.Write("tokenizer.json", json)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnyMutation_FailsOnlyWithMeshException()
    {
        var originals = Golden.Select(name => Small(File.ReadAllText(SharedData.Find("golden", "tokenizers", name, "tokenizer.json")))).ToArray();
        var mutated = Gen.Select(Gen.OneOf(originals), Gen.Int[0, 100_000], Gen.OneOf("", "{", "]", "\"", "null", "-1", "9999999999", "[]", "{}", "\\ud800", "x", ","), Gen.Int[0, 6])
            .Select((text, at, inserted, removed) => text[..(at % text.Length)] + inserted + text[Math.Min(text.Length, (at % text.Length) + removed)..]);
        using var folder = new TemporaryFolder();

        mutated.Sample(
            json =>
            {
                try
                {
                    var tokenizer = TokenizerFiles.ReadJson(folder.Write("tokenizer.json", json));
                    tokenizer.Decode([.. tokenizer.Encode(" a é 😀 <s>[MASK]", addSpecialTokens: true).Select(token => token.Id)]);
                }
                catch (MeshException)
                {
                    // The one kind of failure that is allowed.
                }
            },
            iter: 400,
            threads: 1);
    }

    /// <summary>The same tokenizer with thirty entries, so that mutations hit its structure.</summary>
    private static string Small(string json)
    {
        var root = JsonNode.Parse(json)!;
        var vocabulary = root["model"]!["vocab"]!.AsObject();
        var kept = vocabulary.Where(entry => (int)entry.Value! < 30).Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, (int)entry.Value!)).ToList();
        root["model"]!["vocab"] = new JsonObject(kept);
        if (root["model"]!["merges"] is not null)
        {
            root["model"]!["merges"] = new JsonArray();
        }

        return root.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    private static ITextTokenizer Read(string name) => TokenizerFiles.ReadJson(SharedData.Find("golden", "tokenizers", name, "tokenizer.json"));
}
