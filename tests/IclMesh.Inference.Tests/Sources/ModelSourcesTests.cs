using System.Text.Json;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Sources;

public class ModelSourcesTests
{
    [Theory]
    [InlineData("tiny-llama", ModelFamily.Llama)]
    [InlineData("tiny-llama3", ModelFamily.Llama)]
    [InlineData("tiny-qwen2", ModelFamily.Qwen2)]
    [InlineData("tiny-qwen3", ModelFamily.Qwen3)]
    [InlineData("tiny-gpt2", ModelFamily.Gpt2)]
    [InlineData("tiny-gptj", ModelFamily.GptJ)]
    [InlineData("tiny-gpt-neox", ModelFamily.GptNeoX)]
    [InlineData("tiny-bert", ModelFamily.Bert)]
    public void Open_GoldenFolder_AgreesWithItsWeightsAndTokenIds(string name, ModelFamily family)
    {
        var folder = SharedData.Find("golden", name);
        using var source = ModelSources.Open(folder);
        var model = source.Configuration;

        Assert.Equal((family, name, "huggingface", folder), (model.Family, source.Name, source.Format, source.Location));
        Assert.Contains(source.Tensors.Tensors.Values, tensor => tensor.Shape.SequenceEqual([model.VocabularySize, model.HiddenSize]));
        Assert.True(source.Tokenizer.VocabularySize <= model.VocabularySize);
        foreach (var row in JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json"))).RootElement.EnumerateArray())
        {
            var tokens = source.Tokenizer.Encode(row.GetProperty("text").GetString()!, addSpecialTokens: true, IclMesh.Inference.Text.Tokens.SpecialTokenScope.Everywhere);
            Assert.Equal(row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), tokens.Select(token => token.Id));
        }
    }

    [Fact]
    public void Open_SentenceEncoder_ReadsPoolingAndLimit()
    {
        using var source = ModelSources.Open(SharedData.Find("models", "all-MiniLM-L6-v2"));
        var expected = JsonDocument.Parse(File.ReadAllBytes(SharedData.Find("golden", "all-MiniLM-L6-v2", "expected.json"))).RootElement;

        Assert.Equal(("mean", true, 256, false), (source.Encoder!.Pooling, source.Encoder.Normalize, source.Encoder.MaximumTokens, source.Encoder.Lowercase));
        Assert.Equal("all-MiniLM-L6-v2", source.Name);
        foreach (var row in expected.EnumerateArray())
        {
            var ids = row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
            var tokens = source.Tokenizer.Encode(row.GetProperty("text").GetString()!, addSpecialTokens: true, IclMesh.Inference.Text.Tokens.SpecialTokenScope.Everywhere);

            // Truncation cuts before [SEP] is added.
            Assert.Equal(ids[..^1], tokens.Take(ids.Length - 1).Select(token => token.Id));
            Assert.Equal(ids[^1], tokens[^1].Id);
        }
    }

    [Fact]
    public void Open_FolderWithOneGguf_TranslatesNamesAndSettings()
    {
        using var source = ModelSources.Open(SharedData.Find("models", "SmolLM2-135M-Instruct"));
        var model = source.Configuration;

        Assert.Equal(("SmolLM2-135M-Instruct", "gguf"), (source.Name, source.Format));
        Assert.Equal(
            (30, 576, 9, 3, 64, 1536, 49152, 8192),
            (model.Layers, model.HiddenSize, model.Heads, model.KeyValueHeads, model.HeadSize, model.FeedForwardSize, model.VocabularySize, model.ContextLength));
        Assert.Equal((100000.0, 64, false), (model.Rotary!.Base, model.Rotary.Dimensions, model.Rotary.Interleaved));
        Assert.True(model.TiedHead && model.InterleavedQueryKeyRows);
        Assert.Equal(1e-5f, model.NormEpsilon);
        Assert.Equal([192L, 576L], source.Tensors.Tensors["model.layers.29.self_attn.k_proj.weight"].Shape);
        Assert.Equal(272, source.Tensors.Tensors.Count);
        Assert.Equal((1, 2), (source.Tokenizer.BeginToken, source.Tokenizer.EndToken));
        Assert.Contains("<|im_start|>", source.ChatTemplate, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SameWeightsAsFolderAndGguf_AgreeUpToTheRowOrder()
    {
        using var folder = ModelSources.Open(SharedData.Find("golden", "tiny-llama"));
        using var gguf = ModelSources.Open(SharedData.Find("golden", "tiny-llama-gguf", "F16.gguf"));

        Assert.Equal(folder.Tensors.Tensors.Keys.Order(), gguf.Tensors.Tensors.Keys.Order());
        Assert.Equal(
            folder.Configuration with { InterleavedQueryKeyRows = true, AlibiSlopes = [], Rotary = null },
            gguf.Configuration with { AlibiSlopes = [], Rotary = null, Names = folder.Configuration.Names });
        foreach (var info in folder.Tensors.Tensors.Values)
        {
            float[] exact = new float[info.Count], half = new float[info.Count];
            folder.Tensors.Read(info.Name, exact);
            gguf.Tensors.Read(info.Name, half);
            if (info.Name.Contains("q_proj", StringComparison.Ordinal) || info.Name.Contains("k_proj", StringComparison.Ordinal))
            {
                Array.Sort(exact);
                Array.Sort(half);
            }

            // Halves keep eleven bits, fewer below 2^-14; sorted values stay in the same order.
            Assert.All(exact.Zip(half), pair => Assert.Equal(pair.First, pair.Second, Math.Max(Math.Abs(pair.First) / 1024, 6e-8f)));
        }
    }

    [Fact]
    public void Open_FolderWithSeveralGgufs_ListsThem()
    {
        var error = Assert.Throws<MeshException>(() => ModelSources.Open(SharedData.Find("golden", "tiny-llama-gguf")));

        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
        Assert.Contains("holds 10 .gguf files", error.Message, StringComparison.Ordinal);
        Assert.Contains("Q4_K_M.gguf", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NothingThere_IsNotFound()
    {
        using var folder = new TemporaryFolder();

        var missing = Assert.Throws<MeshException>(() => ModelSources.Open(Path.Combine(folder.Path, "none")));
        var empty = Assert.Throws<MeshException>(() => ModelSources.Open(folder.Path));

        Assert.Equal((ErrorKind.NotFound, ErrorKind.NotFound), (missing.Kind, empty.Kind));
    }

    [Fact]
    public void Version_OneWeightByteChanged_Differs()
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(SharedData.Find("golden", "tiny-llama-gguf", "Q4_0.gguf"));
        using var before = ModelSources.Open(folder.Write("model.gguf", bytes));
        bytes[^40] ^= 1;

        using var after = ModelSources.Open(folder.Write("changed/model.gguf", bytes));

        Assert.NotEqual(before.Identity.Version("fp32"), after.Identity.Version("fp32"));
    }
}
