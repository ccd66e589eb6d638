using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Sources;

public class GgufModelTensorsTests
{
    [Fact]
    public void Read_Gpt2WrittenAsTheConverterDoes_EqualsTheCheckpoint()
    {
        using var checkpoint = ModelSources.Open(SharedData.Find("golden", "tiny-gpt2"));
        var writer = Header("gpt2", checkpoint.Configuration);
        writer.Tensor("token_embd.weight", [640, 96], Values(checkpoint, "transformer.wte.weight"));
        writer.Tensor("position_embd.weight", [256, 96], Values(checkpoint, "transformer.wpe.weight"));
        writer.Tensor("blk.1.attn_qkv.weight", [288, 96], Transposed(Values(checkpoint, "transformer.h.1.attn.c_attn.weight"), rows: 96));
        writer.Tensor("blk.1.attn_qkv.bias", [288], Values(checkpoint, "transformer.h.1.attn.c_attn.bias"));
        writer.Tensor("blk.1.ffn_down.weight", [96, 384], Transposed(Values(checkpoint, "transformer.h.1.mlp.c_proj.weight"), rows: 384));

        using var gguf = Open(writer);

        Assert.Equal(checkpoint.Configuration with { AlibiSlopes = [] }, gguf.Configuration with { AlibiSlopes = [], Names = checkpoint.Configuration.Names });
        AssertSame(checkpoint, gguf, count: 5);
    }

    [Fact]
    public void Read_GptNeoXWrittenAsTheConverterDoes_EqualsTheCheckpoint()
    {
        using var checkpoint = ModelSources.Open(SharedData.Find("golden", "tiny-gpt-neox"));
        var model = checkpoint.Configuration;
        var writer = Header("gptneox", model).Integer("gptneox.rope.dimension_count", (uint)model.Rotary!.Dimensions).Flag("gptneox.use_parallel_residual", true);
        writer.Tensor("token_embd.weight", [512, 64], Values(checkpoint, "gpt_neox.embed_in.weight"));
        writer.Tensor("output.weight", [512, 64], Values(checkpoint, "embed_out.weight"));
        writer.Tensor("blk.0.attn_qkv.weight", [192, 64], Grouped(Values(checkpoint, "gpt_neox.layers.0.attention.query_key_value.weight"), heads: 4));
        writer.Tensor("blk.0.attn_qkv.bias", [192], Grouped(Values(checkpoint, "gpt_neox.layers.0.attention.query_key_value.bias"), heads: 4));

        using var gguf = Open(writer);

        Assert.Equal(model with { AlibiSlopes = [], Rotary = null }, gguf.Configuration with { AlibiSlopes = [], Rotary = null, Names = model.Names });
        Assert.Equal(model.Rotary with { FrequencyDivisors = [] }, gguf.Configuration.Rotary! with { FrequencyDivisors = model.Rotary.FrequencyDivisors, DimensionsName = model.Rotary.DimensionsName });
        AssertSame(checkpoint, gguf, count: 4);
    }

    [Fact]
    public void Open_RopeFrequencies_BecomeDivisors()
    {
        var writer = Header("llama", new()
        {
            Family = ModelFamily.Llama,
            Layers = 1,
            HiddenSize = 8,
            Heads = 2,
            KeyValueHeads = 2,
            HeadSize = 4,
            FeedForwardSize = 8,
            VocabularySize = 3,
            ContextLength = 16,
            NormEpsilon = 1e-5f,
        });
        writer.Tensor("token_embd.weight", [3, 8], new float[24]).Tensor("rope_freqs.weight", [2], [1, 8]);

        using var gguf = Open(writer);

        Assert.Equal([1f, 8f], gguf.Configuration.Rotary!.FrequencyDivisors);
        Assert.Equal(["model.embed_tokens.weight"], gguf.Tensors.Tensors.Keys);
    }

    [Fact]
    public void Open_EndsOfTurnAndMessage_EndTextsToo()
    {
        using var checkpoint = ModelSources.Open(SharedData.Find("golden", "tiny-gpt2"));
        var writer = Header("gpt2", checkpoint.Configuration).Integer("tokenizer.ggml.eos_token_id", 0).Integer("tokenizer.ggml.eot_token_id", 2).Integer("tokenizer.ggml.eom_token_id", 1);
        writer.Tensor("token_embd.weight", [640, 96], Values(checkpoint, "transformer.wte.weight"));

        using var gguf = Open(writer);

        Assert.Equal([0, 2, 1], gguf.EndTokens);
    }

    internal static GgufWriter Header(string architecture, ModelConfiguration model) => new GgufWriter()
        .Text("general.architecture", architecture)
        .Integer($"{architecture}.block_count", (uint)model.Layers)
        .Integer($"{architecture}.embedding_length", (uint)model.HiddenSize)
        .Integer($"{architecture}.attention.head_count", (uint)model.Heads)
        .Integer($"{architecture}.attention.head_count_kv", (uint)model.KeyValueHeads)
        .Integer($"{architecture}.feed_forward_length", (uint)model.FeedForwardSize)
        .Integer($"{architecture}.context_length", (uint)model.ContextLength)
        .Number($"{architecture}.attention.layer_norm_{(model.Rotary is null && architecture == "llama" ? "rms_" : "")}epsilon", model.NormEpsilon)
        .Text("tokenizer.ggml.model", "gpt2")
        .Text("tokenizer.ggml.pre", "gpt-2")
        .Texts("tokenizer.ggml.tokens", ["a", "b", "ab"])
        .Integers("tokenizer.ggml.token_type", [1, 1, 1])
        .Texts("tokenizer.ggml.merges", ["a b"]);

    private static ModelSource Open(GgufWriter writer)
    {
        using var folder = new TemporaryFolder();
        return ModelSources.Open(folder.Write("model.gguf", writer.ToArray()));
    }

    private static float[] Values(ModelSource source, string name)
    {
        var values = new float[source.Tensors.Tensors[name].Count];
        source.Tensors.Read(name, values);
        return values;
    }

    private static void AssertSame(ModelSource checkpoint, ModelSource gguf, int count)
    {
        Assert.Equal(count, gguf.Tensors.Tensors.Count);
        foreach (var info in gguf.Tensors.Tensors.Values)
        {
            Assert.Equal(checkpoint.Tensors.Tensors[info.Name].Shape, info.Shape);
            Assert.Equal(Values(checkpoint, info.Name), Values(gguf, info.Name));
        }
    }

    private static float[] Transposed(float[] values, int rows)
    {
        var columns = values.Length / rows;
        return [.. Enumerable.Range(0, values.Length).Select(i => values[(i % rows * columns) + (i / rows)])];
    }

    /// <summary>[heads, 3, block] to [3, heads, block].</summary>
    private static float[] Grouped(float[] values, int heads)
    {
        var block = values.Length / (3 * heads);
        return [.. Enumerable.Range(0, values.Length).Select(i => values[((((i / block % heads) * 3) + (i / (block * heads))) * block) + (i % block)])];
    }
}
