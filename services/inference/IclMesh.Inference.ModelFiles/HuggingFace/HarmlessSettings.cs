namespace IclMesh.Inference.ModelFiles.HuggingFace;

/// <summary>Settings of config.json that shape no result of a trained model: names, dates, types, training, generation, heads of other tasks.</summary>
/// <remarks>Source: <c>PreTrainedConfig</c> of transformers and what published models carry beside it.</remarks>
internal static class HarmlessSettings
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "architectures", "auto_map", "bad_words_ids", "chunk_size_feed_forward", "custom_pipelines", "do_sample", "dtype", "early_stopping", "exponential_decay_length_penalty",
        "finetuning_task", "gradient_checkpointing", "id2label", "initializer_factor", "initializer_range", "is_llama_config", "keys_to_ignore_at_inference",
        "label2id", "length_penalty", "max_length", "max_new_tokens", "min_length", "model_type", "name_or_path", "no_repeat_ngram_size", "num_beam_groups", "num_beams", "num_labels",
        "num_return_sequences", "output_attentions", "output_hidden_states", "output_scores", "prefix", "pretraining_tp", "problem_type",
        "remove_invalid_values", "repetition_penalty", "return_dict", "return_dict_in_generate", "sep_token_id", "task_specific_params", "temperature", "tf_legacy_loss",
        "tokenizer_class", "top_k", "top_p", "torch_dtype", "torchscript", "transformers.js_config", "transformers_version", "typical_p", "use_bfloat16", "use_cache",
    };

    /// <summary>True for a setting that changes no result.</summary>
    public static bool Contains(string name) =>
        Names.Contains(name)
        || name.StartsWith('_')
        || name.StartsWith("summary_", StringComparison.Ordinal)
        || name.StartsWith("unsloth_", StringComparison.Ordinal)
        || name.EndsWith("_token_id", StringComparison.Ordinal)
        || name.EndsWith("_dropout", StringComparison.Ordinal)
        || name.EndsWith("_dropout_prob", StringComparison.Ordinal)
        || name.EndsWith("_pdrop", StringComparison.Ordinal)
        || name.EndsWith("_version", StringComparison.Ordinal);
}
