using System.Text.Json;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.HuggingFace;

/// <summary>Settings of Llama and its relatives.</summary>
/// <remarks>Source: <c>LlamaConfig</c>, <c>MistralConfig</c>, <c>Qwen2Config</c> and <c>Qwen3Config</c> of transformers 5.</remarks>
internal static class LlamaSettings
{
    private const string SlidingAttention = "sliding_attention";
    private const int DefaultWindow = 4096;

    public static ModelConfiguration Llama(SettingsReader reader)
    {
        reader.Only("attention_bias", false);
        reader.Only("mlp_bias", false);

        // Its attention knows no window; some configurations carry the settings of relatives.
        reader.Ignore("sliding_window", "max_window_layers", "use_sliding_window", "is_decoder");
        RefuseSlidingLayers(reader);
        return Read(reader, ModelFamily.Llama, keyValueHeads: null, headSize: null, context: 2048);
    }

    public static ModelConfiguration Mistral(SettingsReader reader)
    {
        reader.Ignore("use_sliding_window", "max_window_layers", "is_decoder");
        RefuseSlidingLayers(reader);
        var window = reader.Has("sliding_window") ? reader.OptionalInteger("sliding_window", int.MaxValue) : DefaultWindow;
        return Read(reader, ModelFamily.Llama, keyValueHeads: 8, headSize: null, context: 131_072, window);
    }

    public static ModelConfiguration Qwen2(SettingsReader reader)
    {
        reader.Ignore("attention_bias", "is_decoder");
        return Read(reader, ModelFamily.Qwen2, keyValueHeads: 32, headSize: null, context: 32_768, QwenWindow(reader));
    }

    public static ModelConfiguration Qwen3(SettingsReader reader)
    {
        reader.Only("attention_bias", false);
        reader.Ignore("is_decoder");
        return Read(reader, ModelFamily.Qwen3, keyValueHeads: 32, headSize: 128, context: 32_768, QwenWindow(reader));
    }

    /// <param name="reader">The settings.</param>
    /// <param name="family">The family.</param>
    /// <param name="keyValueHeads">Where the setting is missing; null for as many as query heads.</param>
    /// <param name="headSize">Where the setting is missing; null for a share of the hidden size.</param>
    /// <param name="context">Where the setting is missing.</param>
    /// <param name="window">Window of the attention in tokens; null for none. Within one window, windowed attention is full attention: so it bounds the context.</param>
    private static ModelConfiguration Read(SettingsReader reader, ModelFamily family, int? keyValueHeads, int? headSize, int context, int? window = null)
    {
        reader.Only("hidden_act", "silu", "swish");
        var hidden = reader.Required("hidden_size", ConfigurationRules.MaximumWidth);
        var heads = reader.Required("num_attention_heads", ConfigurationRules.MaximumWidth);
        var size = headSize is { } missing
            ? reader.Integer("head_dim", missing, ConfigurationRules.MaximumWidth)
            : reader.OptionalInteger("head_dim", ConfigurationRules.MaximumWidth) ?? Math.Max(1, hidden / heads);
        var length = reader.Integer("max_position_embeddings", context, int.MaxValue);
        return new()
        {
            Family = family,
            Names = SettingNames.HuggingFace,
            Layers = reader.Required("num_hidden_layers", ConfigurationRules.MaximumLayers),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = reader.Has("num_key_value_heads")
                ? reader.OptionalInteger("num_key_value_heads", ConfigurationRules.MaximumWidth) ?? heads
                : keyValueHeads ?? heads,
            HeadSize = size,
            FeedForwardSize = reader.Required("intermediate_size", ConfigurationRules.MaximumWidth),
            VocabularySize = reader.Required("vocab_size", ConfigurationRules.MaximumWidth),
            ContextLength = Math.Min(length, window ?? length),
            NormEpsilon = (float)reader.Number("rms_norm_eps", 1e-6),
            TiedHead = reader.Flag("tie_word_embeddings", false),
            Rotary = HuggingFaceRotary.Whole(reader, size),
        };
    }

    /// <summary>The window, where some layer looks through it.</summary>
    private static int? QwenWindow(SettingsReader reader)
    {
        var window = reader.Has("sliding_window") ? reader.OptionalInteger("sliding_window", int.MaxValue) : DefaultWindow;
        window = reader.Flag("use_sliding_window", false) ? window : null;

        // 0 is a first layer too, so that the number may not be read like a size.
        var first = reader.Number("max_window_layers", 28);
        var layers = reader.Required("num_hidden_layers", ConfigurationRules.MaximumLayers);
        var kinds = LayerKinds(reader);
        if (kinds.Count > 0 && window is null && kinds.Contains(SlidingAttention))
        {
            throw FileFaults.Corrupt(reader.Path, $"layer_types names {SlidingAttention}, but use_sliding_window and sliding_window give no window");
        }

        return kinds.Count > 0 ? kinds.Contains(SlidingAttention) ? window : null : first < layers ? window : null;
    }

    private static void RefuseSlidingLayers(SettingsReader reader)
    {
        if (LayerKinds(reader).Contains(SlidingAttention))
        {
            throw FileFaults.Unsupported(reader.Path, $"layer_types names {SlidingAttention}, which is not supported for this model_type");
        }
    }

    private static List<string> LayerKinds(SettingsReader reader)
    {
        List<string> kinds = [.. reader.List("layer_types").Select(kind => kind.ValueKind == JsonValueKind.String ? kind.GetString()! : kind.GetRawText())];
        var layers = reader.Required("num_hidden_layers", ConfigurationRules.MaximumLayers);
        if (kinds.Find(kind => kind is not ("full_attention" or SlidingAttention)) is { } unknown)
        {
            throw FileFaults.Unsupported(reader.Path, $"layer_types names {(unknown.Length > 60 ? unknown[..60] : unknown)}; full_attention and {SlidingAttention} are supported");
        }

        return kinds.Count == 0 || kinds.Count == layers
            ? kinds
            : throw FileFaults.Corrupt(reader.Path, $"layer_types lists {kinds.Count} layers, num_hidden_layers says {layers}");
    }
}
