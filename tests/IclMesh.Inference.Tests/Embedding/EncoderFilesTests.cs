using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using IclMesh.Inference.Core.Embedding;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Engine;
using IclMesh.Inference.Engine.Sessions;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Tests.Models;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Embedding;

/// <summary>What the files of sentence-transformers say about an encoder.</summary>
public sealed class EncoderFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string model;

    public EncoderFilesTests() => model = TinyModels.WriteEncoder(folder);

    [Fact]
    public async Task Embed_LowercaseAskedFor_EqualsTheLoweredText()
    {
        ModelCopies.Change(model, "tokenizer.json", settings => settings["normalizer"]!["lowercase"] = false);
        var cased = await EmbedAsync(model, "AbC");
        ModelCopies.Change(model, "sentence_bert_config.json", settings => settings["do_lower_case"] = true);

        var lowered = await EmbedAsync(model, "AbC");

        Assert.NotEqual(cased.Vectors[0], lowered.Vectors[0]);
        Assert.Equal((await EmbedAsync(model, "abc")).Vectors[0], lowered.Vectors[0]);
    }

    [Theory]
    [InlineData("ΑΣ ΣΑΣ Σ", "ας σας σ")]
    [InlineData("İX", "i\u0307x")]
    [InlineData("ÄÖ ẞ", "äö ß")]
    public void Lower_LettersThatDependOnTheirNeighbours_AreAsInPython(string text, string lower) => Assert.Equal(lower, PythonLowercase.Of(text));

    [Fact]
    public async Task Embed_NamedPrompt_IsPutBeforeTheText()
    {
        Prompts("passage");

        var (query, passage, none, bare) = (
            await EmbedAsync(model, "ab", "query"), await EmbedAsync(model, "ab"), await EmbedAsync(model, "ab", ""), await EmbedAsync(model, "queab", ""));

        Assert.Equal(("query", "passage", ""), (query.PromptName, passage.PromptName, none.PromptName));
        Assert.Equal(bare.Vectors[0], query.Vectors[0]);
        Assert.Equal([7], query.TokenCounts);
        Assert.Equal(3, new[] { query, passage, none }.Select(outcome => outcome.Vectors[0][0]).Distinct().Count());
    }

    [Fact]
    public async Task Embed_UnknownPrompt_ListsThoseThereAre()
    {
        Prompts(null);

        var error = await Assert.ThrowsAsync<MeshException>(() => EmbedAsync(model, "ab", "quer"));

        Assert.Equal("prompt_name", Assert.Single(error.Violations).Field);
        Assert.Contains("passage, query", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_PromptNotPooled_LeavesItAndTheBeginOut()
    {
        Prompts(null);
        ModelCopies.Change(model, "1_Pooling/config.json", settings => settings["include_prompt"] = false);
        using var source = ModelSources.Open(model);
        var hidden = Hidden(source, "queab");

        var outcome = await EmbedAsync(model, "ab", "query");

        // [CLS] and three letters of the prompt are out; two letters and [SEP] are in.
        Assert.Equal(Normalized(Mean(hidden[4..])), outcome.Vectors[0], Close);
    }

    [Theory]
    [InlineData(false, 16, 16)]
    [InlineData(false, 1000, 64)]
    [InlineData(true, 16, 32)]
    public async Task Embed_LimitOfTheTokenizer_CountsWhereTheEncoderStatesNone(bool stated, int length, int limit)
    {
        ModelCopies.Change(model, "tokenizer_config.json", settings => settings["model_max_length"] = length);
        if (!stated)
        {
            File.Delete(Path.Combine(model, "sentence_bert_config.json"));
        }

        using var source = ModelSources.Open(model);
        var outcome = await EmbedAsync(model, new string('a', 70));

        Assert.Equal(limit, source.Encoder!.MaximumTokens);
        Assert.Equal([0], outcome.Truncated);
        Assert.Equal((await EmbedAsync(model, new string('a', limit - 2))).Vectors[0], outcome.Vectors[0]);
    }

    [Theory]
    [InlineData("pooling_mode_cls_token")]
    [InlineData("pooling_mode_max_tokens")]
    [InlineData("pooling_mode_mean_sqrt_len_tokens")]
    [InlineData("pooling_mode_weightedmean_tokens")]
    [InlineData("pooling_mode_lasttoken")]
    public async Task Embed_EachPooling_IsItsFormula(string mode)
    {
        ModelCopies.Change(model, "1_Pooling/config.json", settings => (settings["pooling_mode_mean_tokens"], settings[mode]) = (false, true));
        using var source = ModelSources.Open(model);
        var rows = Hidden(source, "abc");
        var expected = new float[rows[0].Length];
        for (var feature = 0; feature < expected.Length; feature++)
        {
            var column = rows.Select(row => row[feature]).ToArray();
            expected[feature] = mode switch
            {
                "pooling_mode_cls_token" => column[0],
                "pooling_mode_max_tokens" => column.Max(),
                "pooling_mode_mean_sqrt_len_tokens" => column.Sum() / MathF.Sqrt(5),
                "pooling_mode_weightedmean_tokens" => (column[0] + (2 * column[1]) + (3 * column[2]) + (4 * column[3]) + (5 * column[4])) / 15,
                _ => column[4],
            };
        }

        var outcome = await EmbedAsync(model, "abc");

        Assert.Equal(Normalized(expected), outcome.Vectors[0], Close);
    }

    [Fact]
    public async Task Embed_TokenThatTheEmbeddingDoesNotKnow_IsNamed()
    {
        ModelCopies.Change(model, "tokenizer.json", settings => settings["model"]!["vocab"]!["zebra"] = 500);

        var error = await Assert.ThrowsAsync<MeshException>(() => EmbedAsync(model, "a zebra"));

        Assert.Equal(ErrorKind.FailedPrecondition, error.Kind);
        Assert.Contains("token 500", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Digest_OfPromptAndText_IsOfBothApart()
    {
        Assert.Equal(TextDigest.Of("a", "b"), TextDigest.Of("a", "b"));
        Assert.Equal(4, new[] { TextDigest.Of("a", "b"), TextDigest.Of("", "ab"), TextDigest.Of("ab", ""), TextDigest.Of("a", "c") }.Distinct().Count());
        var bytes = System.Security.Cryptography.SHA256.HashData([1, 0, 0, 0, (byte)'a', 0, (byte)'b', 0]);
        Assert.Equal(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(bytes), TextDigest.Of("a", "b").First);
    }

    public void Dispose() => folder.Dispose();

    private static bool Close(float a, float b) => Math.Abs(a - b) <= 1e-6;

    private static float[] Mean(float[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(feature => rows.Average(row => row[feature]))];

    private static float[] Normalized(float[] vector)
    {
        var length = TensorPrimitives.Norm<float>(vector);
        return [.. vector.Select(value => value / length)];
    }

    private void Prompts(string? standard) => ModelCopies.Change(model, "config_sentence_transformers.json", settings =>
    {
        settings["prompts"] = new JsonObject { ["query"] = "que", ["passage"] = "pas" };
        settings["default_prompt_name"] = standard;
    });

    private float[][] Hidden(ModelSource source, string text)
    {
        using var encoder = OnnxTextEncoder.Load(source, new(Path.Combine(folder.Path, "cache")), exposeAttention: false, TestContext.Current.CancellationToken);
        int[] tokens = [.. source.Tokenizer.Encode(text, addSpecialTokens: true).Select(token => token.Id)];
        return [.. encoder.Encode(tokens, tokens.Length, TestContext.Current.CancellationToken).Chunk(source.Configuration.HiddenSize)];
    }

    private async Task<EmbeddingOutcome> EmbedAsync(string path, string text, string? prompt = null)
    {
        await using var workers = new WorkerPool(1);
        var engine = new OnnxEngine(new(Path.Combine(folder.Path, "cache")));
        using var encoder = SentenceEncoder.Load(ModelSources.Open(path), engine, new ServingSettings(), workers, TimeProvider.System, TestContext.Current.CancellationToken);
        return await encoder.EmbedAsync([text], prompt, TestContext.Current.CancellationToken);
    }
}
