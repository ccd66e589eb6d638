using System.Text.Json;

namespace IclMesh.Inference.Core.Sources;

/// <summary>Reads <c>config.json</c>. Defaults are those of the family's configuration class in transformers.</summary>
/// <remarks>A setting that would change the arithmetic in a way that no graph here builds is refused, not ignored.</remarks>
internal static class HuggingFaceConfiguration
{
    private static readonly string[] Gelu = ["gelu"];
    private static readonly string[] TanhGelu = ["gelu_new", "gelu_pytorch_tanh"];
    private static readonly string[] Silu = ["silu", "swish"];

    public static ModelConfiguration Read(string path)
    {
        using var document = JsonFile.TryOpen(path) ?? throw MeshException.NotFound("file", path);
        var fields = new JsonFields(path, document.RootElement);
        var configuration = fields.Text("model_type") switch
        {
            "llama" or "mistral" => Llama(fields, ModelFamily.Llama),
            "qwen2" => Llama(fields, ModelFamily.Qwen2),
            "qwen3" => Llama(fields, ModelFamily.Qwen3),
            "gpt2" => Gpt2(fields),
            "gptj" => GptJ(fields),
            "gpt_neox" => GptNeoX(fields),
            "bert" => Bert(fields),
            "iclmesh_tiny" => Tiny(fields),
            null => throw FileFaults.Corrupt(path, "model_type is missing"),
            var other => throw FileFaults.Unsupported(
                path, $"model_type '{other}' is not supported; llama, mistral, qwen2, qwen3, gpt2, gptj, gpt_neox, bert and iclmesh_tiny are"),
        };
        return ConfigurationRules.Check(path, configuration);
    }

    private static ModelConfiguration Llama(JsonFields fields, ModelFamily family)
    {
        Activation(fields, Silu, "hidden_act");
        Refuse(fields, "mlp_bias", fields.Flag("mlp_bias") == true);
        Refuse(fields, "attention_bias", family != ModelFamily.Qwen2 && fields.Flag("attention_bias") == true);
        int hidden = fields.RequiredInteger("hidden_size"), heads = fields.RequiredInteger("num_attention_heads");
        var headSize = fields.Integer("head_dim") ?? Share(hidden, heads);
        var context = fields.RequiredInteger("max_position_embeddings");

        // Within one window, windowed attention is full attention; so the window bounds the context. Qwen has a switch for it.
        var windowed = family == ModelFamily.Llama || fields.Flag("use_sliding_window") == true;
        if (windowed && fields.Integer("sliding_window") is { } window)
        {
            context = Math.Min(context, window);
        }

        return new()
        {
            Family = family,
            Layers = fields.RequiredInteger("num_hidden_layers"),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = fields.Integer("num_key_value_heads") ?? heads,
            HeadSize = headSize,
            FeedForwardSize = fields.RequiredInteger("intermediate_size"),
            VocabularySize = fields.RequiredInteger("vocab_size"),
            ContextLength = context,
            NormEpsilon = (float)(fields.Number("rms_norm_eps") ?? 1e-6),
            TiedHead = fields.Flag("tie_word_embeddings") ?? false,
            Rotary = HuggingFaceRotary.Read(fields, headSize, defaultShare: 1, interleaved: false),
        };
    }

    private static ModelConfiguration Gpt2(JsonFields fields)
    {
        Activation(fields, TanhGelu, "activation_function");
        Refuse(fields, "scale_attn_by_inverse_layer_idx", fields.Flag("scale_attn_by_inverse_layer_idx") == true);
        Refuse(fields, "scale_attn_weights", fields.Flag("scale_attn_weights") == false);
        Refuse(fields, "add_cross_attention", fields.Flag("add_cross_attention") == true);
        int hidden = fields.RequiredInteger("n_embd", "hidden_size"), heads = fields.RequiredInteger("n_head", "num_attention_heads");
        return new()
        {
            Family = ModelFamily.Gpt2,
            Layers = fields.RequiredInteger("n_layer", "num_hidden_layers"),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = Share(hidden, heads),
            FeedForwardSize = fields.Integer("n_inner") ?? FourTimes(hidden),
            VocabularySize = fields.RequiredInteger("vocab_size"),
            ContextLength = fields.RequiredInteger("n_positions", "n_ctx", "max_position_embeddings"),
            NormEpsilon = (float)(fields.Number("layer_norm_epsilon") ?? 1e-5),
            TiedHead = fields.Flag("tie_word_embeddings") ?? true,
        };
    }

    private static ModelConfiguration GptJ(JsonFields fields)
    {
        Activation(fields, TanhGelu, "activation_function");
        int hidden = fields.RequiredInteger("n_embd", "hidden_size"), heads = fields.RequiredInteger("n_head", "num_attention_heads");
        var headSize = Share(hidden, heads);
        return new()
        {
            Family = ModelFamily.GptJ,
            Layers = fields.RequiredInteger("n_layer", "num_hidden_layers"),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = headSize,
            FeedForwardSize = fields.Integer("n_inner") ?? FourTimes(hidden),
            VocabularySize = fields.RequiredInteger("vocab_size"),
            ContextLength = fields.RequiredInteger("n_positions", "n_ctx", "max_position_embeddings"),
            NormEpsilon = (float)(fields.Number("layer_norm_epsilon") ?? 1e-5),
            TiedHead = fields.Flag("tie_word_embeddings") ?? false,
            Rotary = new(Base: 10000, fields.Integer("rotary_dim") ?? headSize, Interleaved: true),
            ParallelResidual = true,
        };
    }

    private static ModelConfiguration GptNeoX(JsonFields fields)
    {
        Activation(fields, Gelu, "hidden_act");
        Refuse(fields, "attention_bias", fields.Flag("attention_bias") == false);
        int hidden = fields.RequiredInteger("hidden_size"), heads = fields.RequiredInteger("num_attention_heads");
        var headSize = Share(hidden, heads);
        return new()
        {
            Family = ModelFamily.GptNeoX,
            Layers = fields.RequiredInteger("num_hidden_layers"),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = headSize,
            FeedForwardSize = fields.RequiredInteger("intermediate_size"),
            VocabularySize = fields.RequiredInteger("vocab_size"),
            ContextLength = fields.RequiredInteger("max_position_embeddings"),
            NormEpsilon = (float)(fields.Number("layer_norm_eps") ?? 1e-5),
            TiedHead = fields.Flag("tie_word_embeddings") ?? false,
            Rotary = HuggingFaceRotary.Read(fields, headSize, defaultShare: 0.25, interleaved: false),
            ParallelResidual = fields.Flag("use_parallel_residual") ?? true,
        };
    }

    private static ModelConfiguration Bert(JsonFields fields)
    {
        Activation(fields, Gelu, "hidden_act");
        Refuse(fields, "position_embedding_type", fields.Text("position_embedding_type") is not (null or "absolute"));
        Refuse(fields, "is_decoder", fields.Flag("is_decoder") == true);
        int hidden = fields.RequiredInteger("hidden_size"), heads = fields.RequiredInteger("num_attention_heads");
        return new()
        {
            Family = ModelFamily.Bert,
            Layers = fields.RequiredInteger("num_hidden_layers"),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = Share(hidden, heads),
            FeedForwardSize = fields.RequiredInteger("intermediate_size"),
            VocabularySize = fields.RequiredInteger("vocab_size"),
            ContextLength = fields.RequiredInteger("max_position_embeddings"),
            NormEpsilon = (float)(fields.Number("layer_norm_eps") ?? 1e-12),
            TokenTypes = fields.Integer("type_vocab_size") ?? 2,
        };
    }

    private static ModelConfiguration Tiny(JsonFields fields)
    {
        Activation(fields, Gelu, "hidden_act");
        int hidden = fields.RequiredInteger("hidden_size"), heads = fields.RequiredInteger("num_attention_heads");
        return new()
        {
            Family = ModelFamily.IclMeshTiny,
            Layers = fields.RequiredInteger("num_hidden_layers"),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = Share(hidden, heads),
            FeedForwardSize = fields.RequiredInteger("intermediate_size"),
            VocabularySize = fields.RequiredInteger("vocab_size"),
            ContextLength = fields.RequiredInteger("max_position_embeddings"),
            NormEpsilon = (float)(fields.Number("layer_norm_eps") ?? 1e-5),
            TiedHead = fields.Flag("tie_word_embeddings") ?? false,
            AlibiSlopes = Slopes(fields),
        };
    }

    private static List<float> Slopes(JsonFields fields)
    {
        var slopes = new List<float>();
        foreach (var layer in fields.List("alibi_slopes"))
        {
            foreach (var slope in layer.ValueKind == JsonValueKind.Array ? layer.EnumerateArray() : [])
            {
                slopes.Add(slope.ValueKind == JsonValueKind.Number ? slope.GetSingle() : float.NaN);
            }
        }

        return slopes;
    }

    private static void Activation(JsonFields fields, string[] known, string name)
    {
        var activation = fields.Text(name) ?? known[0];
        if (!known.Contains(activation))
        {
            throw FileFaults.Unsupported(fields.Path, $"{name} '{activation}' is not supported, {string.Join(" or ", known)} is");
        }
    }

    private static void Refuse(JsonFields fields, string name, bool differs)
    {
        if (differs)
        {
            throw FileFaults.Unsupported(fields.Path, $"{name} = {fields.Find(name)} is not supported for this model_type");
        }
    }

    // 0 where the numbers make no sense; the rules report it with the field's name.
    private static int Share(int hidden, int heads) => heads > 0 ? hidden / heads : 0;

    private static int FourTimes(int hidden) => (int)Math.Min(4L * hidden, int.MaxValue);
}
