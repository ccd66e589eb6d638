using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.ModelFiles.HuggingFace;

/// <summary>Settings of GPT-2, GPT-J and GPT-NeoX.</summary>
/// <remarks>Source: <c>GPT2Config</c>, <c>GPTJConfig</c> and <c>GPTNeoXConfig</c> of transformers 5.</remarks>
internal static class GptSettings
{
    private static readonly string[] TanhGelu = ["gelu_new", "gelu_pytorch_tanh"];

    public static ModelConfiguration Gpt2(SettingsReader reader)
    {
        reader.Only("scale_attn_by_inverse_layer_idx", false);
        reader.Only("scale_attn_weights", true);
        reader.Only("add_cross_attention", false);

        // It computes the same in an order that matters to half precision only.
        reader.Flag("reorder_and_upcast_attn", false);
        reader.Ignore("n_ctx", "n_special", "predict_special_tokens", "is_decoder");
        return Read(reader, ModelFamily.Gpt2, context: 1024, tied: true);
    }

    public static ModelConfiguration GptJ(SettingsReader reader)
    {
        // The scale of its attention is not a matter of settings.
        reader.Ignore("n_ctx", "scale_attn_weights", "is_decoder", "rotary");
        var model = Read(reader, ModelFamily.GptJ, context: 2048, tied: false);
        return model with
        {
            Rotary = new(Base: 10000, reader.Integer("rotary_dim", 64, ConfigurationRules.MaximumWidth), Interleaved: true) { DimensionsName = "rotary_dim" },
            ParallelResidual = true,
        };
    }

    public static ModelConfiguration GptNeoX(SettingsReader reader)
    {
        reader.Only("hidden_act", "gelu");
        reader.Only("attention_bias", true);
        reader.Ignore("is_decoder");
        var hidden = reader.Required("hidden_size", ConfigurationRules.MaximumWidth);
        var heads = reader.Required("num_attention_heads", ConfigurationRules.MaximumWidth);
        return new()
        {
            Family = ModelFamily.GptNeoX,
            Names = SettingNames.HuggingFace,
            Layers = reader.Required("num_hidden_layers", ConfigurationRules.MaximumLayers),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = Math.Max(1, hidden / heads),
            FeedForwardSize = reader.Required("intermediate_size", ConfigurationRules.MaximumWidth),
            VocabularySize = reader.Required("vocab_size", ConfigurationRules.MaximumWidth),
            ContextLength = reader.Integer("max_position_embeddings", 2048, int.MaxValue),
            NormEpsilon = (float)reader.Number("layer_norm_eps", 1e-5),
            TiedHead = reader.Flag("tie_word_embeddings", false),
            Rotary = HuggingFaceRotary.Share(reader, Math.Max(1, hidden / heads)),
            ParallelResidual = reader.Flag("use_parallel_residual", true),
        };
    }

    private static ModelConfiguration Read(SettingsReader reader, ModelFamily family, int context, bool tied)
    {
        reader.Only("activation_function", TanhGelu);
        var hidden = reader.Required(reader.Spelling("n_embd", "hidden_size"), ConfigurationRules.MaximumWidth);
        var heads = reader.Required(reader.Spelling("n_head", "num_attention_heads"), ConfigurationRules.MaximumWidth);
        return new()
        {
            Family = family,
            Names = SettingNames.Gpt,
            Layers = reader.Required(reader.Spelling("n_layer", "num_hidden_layers"), ConfigurationRules.MaximumLayers),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = Math.Max(1, hidden / heads),
            FeedForwardSize = reader.OptionalInteger("n_inner", ConfigurationRules.MaximumWidth) ?? (int)Math.Min(4L * hidden, int.MaxValue),
            VocabularySize = reader.Required("vocab_size", ConfigurationRules.MaximumWidth),
            ContextLength = reader.Integer(reader.Spelling("n_positions", "max_position_embeddings"), context, int.MaxValue),
            NormEpsilon = (float)reader.Number("layer_norm_epsilon", 1e-5),
            TiedHead = reader.Flag("tie_word_embeddings", tied),
        };
    }
}
