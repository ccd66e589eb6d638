using System.Text.RegularExpressions;
using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.Engine.Families;

/// <summary>Which tensors each family's graph reads, with their shapes, and which others a checkpoint may hold because they shape no result.</summary>
/// <param name="model">Sizes.</param>
/// <param name="exists">True for tensors that the file has: biases of GGUF files are optional.</param>
internal sealed partial class FamilyTensors(ModelConfiguration model, Func<string, bool> exists)
{
    private static readonly string[] GptJProjections = ["q_proj", "k_proj", "v_proj", "out_proj"];
    private static readonly string[] BertProjections = ["query", "key", "value"];

    private readonly (long Length, string Setting) hidden = (model.HiddenSize, model.Names.Hidden);
    private readonly (long Length, string Setting) wide = (model.FeedForwardSize, model.Names.FeedForward);
    private readonly (long Length, string Setting) vocabulary = (model.VocabularySize, model.Names.Vocabulary);
    private readonly (long Length, string Setting) context = (model.ContextLength, model.Names.Context);
    private readonly (long Length, string Setting) headSize = (model.HeadSize, model.Names.HeadSize);
    private readonly (long Length, string Setting) queries = ((long)model.Heads * model.HeadSize, $"{model.Names.Heads} x {model.Names.HeadSize}");
    private readonly (long Length, string Setting) keys = ((long)model.KeyValueHeads * model.HeadSize, $"{model.Names.KeyValueHeads} x {model.Names.HeadSize}");
    private readonly (long Length, string Setting) thrice = (3L * model.HiddenSize, $"3 x {model.Names.Hidden}");

    /// <summary>Tensor of the embedding, which a tied head shares.</summary>
    public string Embedding => model.Family switch
    {
        ModelFamily.Gpt2 or ModelFamily.GptJ => "transformer.wte.weight",
        ModelFamily.GptNeoX => "gpt_neox.embed_in.weight",
        ModelFamily.Bert => "embeddings.word_embeddings.weight",
        _ => "model.embed_tokens.weight",
    };

    /// <summary>Tensor of a head of its own.</summary>
    public string Head => model.Family == ModelFamily.GptNeoX ? "embed_out.weight" : "lm_head.weight";

    /// <summary>Everything that the graph reads.</summary>
    public IEnumerable<ExpectedTensor> Expected()
    {
        IEnumerable<ExpectedTensor> frame = model.Family switch
        {
            ModelFamily.Gpt2 => [new("transformer.wpe.weight", context, hidden), .. Norm("transformer.ln_f")],
            ModelFamily.GptJ => [.. Norm("transformer.ln_f"), new("lm_head.bias", vocabulary)],
            ModelFamily.GptNeoX => Norm("gpt_neox.final_layer_norm"),
            ModelFamily.Bert =>
            [
                new("embeddings.position_embeddings.weight", context, hidden),
                new("embeddings.token_type_embeddings.weight", (model.TokenTypes, model.Names.TokenTypes), hidden),
                .. Norm("embeddings.LayerNorm"),
            ],
            ModelFamily.IclMeshTiny => Norm("model.norm"),
            _ => [new("model.norm.weight", hidden)],
        };
        Func<int, IEnumerable<ExpectedTensor>> layer = model.Family switch
        {
            ModelFamily.Gpt2 => Gpt2,
            ModelFamily.GptJ => GptJ,
            ModelFamily.GptNeoX => GptNeoX,
            ModelFamily.Bert => Bert,
            ModelFamily.IclMeshTiny => Tiny,
            _ => Llama,
        };
        ExpectedTensor[] head = model.TiedHead || model.Family == ModelFamily.Bert ? [] : [new(Head, vocabulary, hidden)];
        return [new(Embedding, vocabulary, hidden), .. frame, .. head, .. Enumerable.Range(0, model.Layers).SelectMany(layer)];
    }

    /// <summary>True for tensors that shape no result: constants that the graph computes itself, and heads of other tasks.</summary>
    public bool IsHarmless(string name) => model.Family switch
    {
        ModelFamily.Gpt2 or ModelFamily.GptJ => Masks().IsMatch(name),
        ModelFamily.GptNeoX => NeoXConstants().IsMatch(name),
        ModelFamily.Bert => OtherHeads().IsMatch(name),
        _ => Frequencies().IsMatch(name),
    };

    private IEnumerable<ExpectedTensor> Llama(int layer)
    {
        var stem = $"model.layers.{layer}.";
        yield return new($"{stem}input_layernorm.weight", hidden);
        yield return new($"{stem}post_attention_layernorm.weight", hidden);
        yield return new($"{stem}self_attn.q_proj.weight", queries, hidden);
        yield return new($"{stem}self_attn.k_proj.weight", keys, hidden);
        yield return new($"{stem}self_attn.v_proj.weight", keys, hidden);
        yield return new($"{stem}self_attn.o_proj.weight", hidden, queries);
        yield return new($"{stem}mlp.gate_proj.weight", wide, hidden);
        yield return new($"{stem}mlp.up_proj.weight", wide, hidden);
        yield return new($"{stem}mlp.down_proj.weight", hidden, wide);
        if (HasProjectionBias(model, exists, layer))
        {
            yield return new($"{stem}self_attn.q_proj.bias", queries);
            yield return new($"{stem}self_attn.k_proj.bias", keys);
            yield return new($"{stem}self_attn.v_proj.bias", keys);
        }

        if (model.Family == ModelFamily.Qwen3)
        {
            yield return new($"{stem}self_attn.q_norm.weight", headSize);
            yield return new($"{stem}self_attn.k_norm.weight", headSize);
        }
    }

    /// <summary>Queries, keys and values have biases: always in Qwen2, in a Llama from a GGUF file where the file has them, never else.</summary>
    public static bool HasProjectionBias(ModelConfiguration model, Func<string, bool> exists, int layer) =>
        model.Family == ModelFamily.Qwen2
        || (model.InterleavedQueryKeyRows && "qkv".Any(letter => exists($"model.layers.{layer}.self_attn.{letter}_proj.bias")));

    private IEnumerable<ExpectedTensor> Gpt2(int layer)
    {
        var stem = $"transformer.h.{layer}.";
        return
        [
            .. Norm($"{stem}ln_1"), .. Norm($"{stem}ln_2"),
            new($"{stem}attn.c_attn.weight", hidden, thrice), new($"{stem}attn.c_attn.bias", thrice),
            new($"{stem}attn.c_proj.weight", hidden, hidden), new($"{stem}attn.c_proj.bias", hidden),
            new($"{stem}mlp.c_fc.weight", hidden, wide), new($"{stem}mlp.c_fc.bias", wide),
            new($"{stem}mlp.c_proj.weight", wide, hidden), new($"{stem}mlp.c_proj.bias", hidden),
        ];
    }

    private IEnumerable<ExpectedTensor> GptJ(int layer)
    {
        var stem = $"transformer.h.{layer}.";
        return
        [
            .. Norm($"{stem}ln_1"), .. Dense($"{stem}mlp.fc_in", wide, hidden), .. Dense($"{stem}mlp.fc_out", hidden, wide),
            .. GptJProjections.Select(name => new ExpectedTensor($"{stem}attn.{name}.weight", hidden, hidden)),
        ];
    }

    private IEnumerable<ExpectedTensor> GptNeoX(int layer)
    {
        var stem = $"gpt_neox.layers.{layer}.";
        return
        [
            .. Norm($"{stem}input_layernorm"), .. Norm($"{stem}post_attention_layernorm"),
            .. Dense($"{stem}attention.query_key_value", thrice, hidden), .. Dense($"{stem}attention.dense", hidden, hidden),
            .. Dense($"{stem}mlp.dense_h_to_4h", wide, hidden), .. Dense($"{stem}mlp.dense_4h_to_h", hidden, wide),
        ];
    }

    private IEnumerable<ExpectedTensor> Bert(int layer)
    {
        var stem = $"encoder.layer.{layer}.";
        return
        [
            .. BertProjections.SelectMany(name => Dense($"{stem}attention.self.{name}", hidden, hidden)),
            .. Dense($"{stem}attention.output.dense", hidden, hidden), .. Norm($"{stem}attention.output.LayerNorm"),
            .. Dense($"{stem}intermediate.dense", wide, hidden), .. Dense($"{stem}output.dense", hidden, wide), .. Norm($"{stem}output.LayerNorm"),
        ];
    }

    private IEnumerable<ExpectedTensor> Tiny(int layer)
    {
        var stem = $"model.layers.{layer}.";
        return
        [
            .. Norm($"{stem}input_norm"), .. Norm($"{stem}feed_forward_norm"), .. Dense($"{stem}attention.qkv", thrice, hidden),
            new($"{stem}attention.output.weight", hidden, hidden), new($"{stem}feed_forward.up.weight", wide, hidden), new($"{stem}feed_forward.down.weight", hidden, wide),
        ];
    }

    private ExpectedTensor[] Norm(string stem) => [new($"{stem}.weight", hidden), new($"{stem}.bias", hidden)];

    private static ExpectedTensor[] Dense(string stem, (long Length, string Setting) outputs, (long Length, string Setting) inputs) =>
        [new($"{stem}.weight", outputs, inputs), new($"{stem}.bias", outputs)];

    [GeneratedRegex(@"(^|\.)rotary_emb\.inv_freq$", RegexOptions.ExplicitCapture)]
    private static partial Regex Frequencies();

    [GeneratedRegex(@"^transformer\.h\.\d+\.attn\.(masked_)?bias$", RegexOptions.ExplicitCapture)]
    private static partial Regex Masks();

    [GeneratedRegex(@"^gpt_neox\.layers\.\d+\.attention\.((masked_)?bias|rotary_emb\.inv_freq)$", RegexOptions.ExplicitCapture)]
    private static partial Regex NeoXConstants();

    [GeneratedRegex(@"^(embeddings\.position_ids$|pooler\.|cls\.|classifier\.|qa_outputs\.)", RegexOptions.ExplicitCapture)]
    private static partial Regex OtherHeads();
}
