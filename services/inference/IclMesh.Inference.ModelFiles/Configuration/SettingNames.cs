namespace IclMesh.Inference.ModelFiles.Configuration;

/// <summary>How a format spells the sizes of a model, so that errors can name what a file says.</summary>
internal sealed record SettingNames(
    string Layers,
    string Hidden,
    string Heads,
    string KeyValueHeads,
    string HeadSize,
    string FeedForward,
    string Vocabulary,
    string Context,
    string NormEpsilon,
    string RotaryBase = "rope_theta",
    string TokenTypes = "type_vocab_size")
{
    /// <summary>Spelling of most Hugging Face configurations.</summary>
    public static readonly SettingNames HuggingFace = new(
        "num_hidden_layers",
        "hidden_size",
        "num_attention_heads",
        "num_key_value_heads",
        "head_dim",
        "intermediate_size",
        "vocab_size",
        "max_position_embeddings",
        "rms_norm_eps or layer_norm_eps");

    /// <summary>Spelling of GPT-2 and GPT-J.</summary>
    public static readonly SettingNames Gpt = new(
        "n_layer", "n_embd", "n_head", "n_head", "n_embd / n_head", "n_inner", "vocab_size", "n_positions", "layer_norm_epsilon");

    /// <summary>Spelling of GGUF files, without the architecture before it.</summary>
    public static readonly SettingNames Gguf = new(
        "block_count",
        "embedding_length",
        "attention.head_count",
        "attention.head_count_kv",
        "attention.key_length",
        "feed_forward_length",
        "token_embd.weight's rows",
        "context_length",
        "attention.layer_norm_epsilon or attention.layer_norm_rms_epsilon",
        "rope.freq_base");
}
