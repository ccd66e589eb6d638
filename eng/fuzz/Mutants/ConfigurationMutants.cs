using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace IclMesh.Fuzz.Mutants;

/// <summary>Changes of config.json: every setting removed, made null, given another type and another value; and settings added.</summary>
/// <remarks>The rules here are transformers' own, written down apart from the reader that they test.</remarks>
internal static partial class ConfigurationMutants
{
    private const string Nested = "rope_parameters";

    private static readonly string[] Extremes = ["-1", "0", "1.5", "2147483648", "1e30"];

    /// <summary>Settings added to every model, with the value and what must come of it: refused unless said otherwise.</summary>
    private static readonly (string Key, string Value, Expectation Expected)[] Additions =
    [
        ("attn_logit_softcapping", "30.0", Expectation.Refused), ("final_logit_softcapping", "30.0", Expectation.Refused), ("logit_scale", "0.0625", Expectation.Refused),
        ("logits_scaling", "8.0", Expectation.Refused), ("residual_multiplier", "0.22", Expectation.Refused), ("embedding_multiplier", "12.0", Expectation.Refused),
        ("attention_multiplier", "0.01", Expectation.Refused), ("query_pre_attn_scalar", "256", Expectation.Refused), ("rope_interleaved", "true", Expectation.Refused),
        ("partial_rotary_factor", "0.5", Expectation.Refused), ("use_qk_norm", "true", Expectation.Refused), ("qk_layernorm", "true", Expectation.Refused),
        ("quantization_config", """{"quant_method":"gptq","bits":4}""", Expectation.Refused), ("quantization_config", """{"quant_method":"awq"}""", Expectation.Refused),
        ("num_local_experts", "4", Expectation.Refused), ("no_rope_layers", "[1]", Expectation.Refused), ("alibi", "true", Expectation.Refused),
        ("clip_qkv", "8.0", Expectation.Refused), ("is_encoder_decoder", "true", Expectation.Refused), ("pruned_heads", """{"0":[1]}""", Expectation.Refused),
        ("scale_embedding", "true", Expectation.Refused), ("use_bias", "true", Expectation.Refused), ("embedding_size", "16", Expectation.Refused), ("layer_norm_type", "\"rms\"", Expectation.Refused),
        ("mup_width_scale", "0.5", Expectation.Refused), ("output_scale", "2", Expectation.Refused), ("rope_parameters_per_layer", "[1]", Expectation.Refused), ("adapters", "[\"a\"]", Expectation.Refused),
        ("custom_flag", "false", Expectation.Same), ("custom_note", "null", Expectation.Same), ("pruned_heads", "{}", Expectation.Same), ("_attn_implementation", "\"eager\"", Expectation.Same),
        ("_name_or_path", "\"owner/name\"", Expectation.Same), ("unsloth_version", "\"2024.9\"", Expectation.Same), ("num_labels", "3", Expectation.Same), ("max_new_tokens", "5", Expectation.Same),
        ("id2label", """{"0":"a"}""", Expectation.Same), ("torch_dtype", "\"bfloat16\"", Expectation.Same), ("task_specific_params", """{"text-generation":{"max_length":50}}""", Expectation.Same),
        ("temperature", "0.5", Expectation.Same), ("auto_map", """{"AutoModel":"x.Y"}""", Expectation.Same), ("transformers.js_config", """{"dtype":"q4"}""", Expectation.Same),
    ];

    public static IEnumerable<Mutant> Of(ModelFiles model)
    {
        var type = (string)model.Settings()["model_type"]!;
        foreach (var (key, value) in model.Settings())
        {
            foreach (var mutant in Changes(model, type, key, value, settings => settings))
            {
                yield return mutant;
            }
        }

        foreach (var (key, value) in model.Settings()[Nested] as JsonObject ?? [])
        {
            foreach (var mutant in Changes(model, type, key, value, settings => settings[Nested]!.AsObject()))
            {
                yield return mutant with { Name = $"{Nested}.{mutant.Name}" };
            }
        }

        foreach (var (key, value, expected) in Additions.Concat(OfFamily(type)))
        {
            if (!model.Settings().ContainsKey(key))
            {
                yield return new($"{key} added as {value}", With(model, settings => settings[key] = JsonNode.Parse(value)), expected, expected == Expectation.Same ? "says nothing about arithmetic" : "may change results")
                {
                    Named = [key],
                };
            }
        }
    }

    private static IEnumerable<(string Key, string Value, Expectation Expected)> OfFamily(string type)
    {
        var rotary = type is "llama" or "qwen2" or "qwen3" or "gpt_neox";
        yield return ("rope_scaling", """{"type":"linear","factor":4.0}""", rotary ? Expectation.Other : Expectation.Refused);
        yield return ("rope_scaling", """{"rope_type":"yarn","factor":4.0}""", Expectation.Refused);
        yield return ("rope_scaling", """{"rope_type":"dynamic","factor":4.0}""", Expectation.Refused);
        yield return ("rope_scaling", """{"type":"linear","factor":4.0,"attention_factor":2.0}""", Expectation.Refused);
        yield return ("rope_theta", "50.0", type == "gpt_neox" || !rotary ? Expectation.Refused : Expectation.Same);
        yield return ("sliding_window", "8", type == "llama" ? Expectation.Same : Expectation.Refused);
        yield return ("position_embedding_type", "\"relative_key\"", Expectation.Refused);
        yield return ("rotary_pct", "0.5", type == "gpt_neox" ? Expectation.Same : Expectation.Refused);
        yield return ("head_dim", "4", Expectation.Refused);
    }

    private static IEnumerable<Mutant> Changes(ModelFiles model, string type, string key, JsonNode? value, Func<JsonObject, JsonObject> place)
    {
        var rule = Rule(type, key);
        var harmless = rule is null;
        Mutant Make(string how, JsonNode? put, bool removes, Expectation expected, string why, JsonNode? equivalent = null) => new(
            $"{key} {how}",
            With(model, settings => Put(place(settings), key, put, removes)),
            expected,
            why)
        {
            Named = [key, "tensor '"],
            Equivalent = expected == Expectation.Equal ? With(model, settings => Put(place(settings), key, equivalent, equivalent is null)) : null,
        };

        const string Unread = "the reference's model does not read it";
        if (harmless)
        {
            yield return Make("removed", null, removes: true, Expectation.Same, Unread);
            yield return Make("null", null, removes: false, Expectation.Same, Unread);
            yield return Make("changed", Changed(value), removes: false, Expectation.Same, Unread);
            yield break;
        }

        var (missing, nullable, change, changedTo) = rule!.Value;
        yield return missing is null
            ? Make("removed", null, removes: true, Expectation.Refused, "no default of a whole architecture suits it")
            : Make("removed", null, removes: true, Expectation.Equal, $"the class's default is {missing}", JsonNode.Parse(missing));
        yield return nullable
            ? Make("null", null, removes: false, Expectation.Equal, "null counts as missing", NullMeans(model, key, missing))
            : Make("null", null, removes: false, Expectation.Refused, "the class does not allow null");
        yield return Make("of another type", WrongType(value), removes: false, Expectation.Refused, "no such type");
        foreach (var number in SizeLike().IsMatch(key) ? Extremes : [])
        {
            yield return Make($"as {number}", JsonNode.Parse(number), removes: false, Expectation.Refused, "no such size");
        }

        yield return Make("changed", changedTo is null ? Changed(value) : JsonNode.Parse(changedTo), removes: false, change, "by its meaning");
    }

    /// <summary>What null stands for where it does not stand for the default: as many key-value heads as heads.</summary>
    private static JsonNode? NullMeans(ModelFiles model, string key, string? missing) => key == "num_key_value_heads"
        ? model.Settings()["num_attention_heads"]!.DeepClone()
        : missing is null or "null" ? null : JsonNode.Parse(missing);

    /// <summary>How the reference treats a setting: default as JSON (null for none that suits), whether null counts as missing, and what another value does. No rule: it is not read.</summary>
    private static (string? Missing, bool Nullable, Expectation Change, string? ChangedTo)? Rule(string type, string key)
    {
        var llama = type is "llama" or "qwen2" or "qwen3";
        return (type, key) switch
        {
            (_, "model_type") => (null, false, Expectation.Refused, "\"mamba\""),
            (_, "eos_token_id") => ("null", true, Expectation.Same, "[3, 5]"),
            (_, "hidden_size" or "n_embd" or "num_hidden_layers" or "n_layer" or "vocab_size" or "intermediate_size") => (null, false, Expectation.Refused, null),
            (_, "num_attention_heads" or "n_head") => (null, false, llama ? Expectation.Refused : Expectation.Other, "2"),
            ("llama", "num_key_value_heads") => ("null", true, Expectation.Refused, "1"),
            (_, "num_key_value_heads") => ("32", true, Expectation.Refused, "1"),
            ("qwen3", "head_dim") => ("128", false, Expectation.Refused, "16"),
            (_, "head_dim") => ("null", true, Expectation.Refused, "8"),
            (_, "n_inner") => ("null", true, Expectation.Refused, "100"),
            ("llama" or "gpt_neox", "max_position_embeddings") => ("2048", false, Expectation.Same, null),
            ("qwen2" or "qwen3", "max_position_embeddings") => ("32768", false, Expectation.Same, null),
            ("bert", "max_position_embeddings") => ("512", false, Expectation.Refused, null),
            ("gpt2", "n_positions") => ("1024", false, Expectation.Refused, null),
            ("gptj", "n_positions") => ("2048", false, Expectation.Same, null),
            (_, "rms_norm_eps") => ("1e-6", false, Expectation.Other, "0.1"),
            ("bert", "layer_norm_eps") => ("1e-12", false, Expectation.Other, "0.1"),
            (_, "layer_norm_eps" or "layer_norm_epsilon") => ("1e-5", false, Expectation.Other, "0.1"),
            ("bert", "tie_word_embeddings") => null,
            ("gpt2", "tie_word_embeddings") => ("true", false, Expectation.Refused, null),
            (_, "tie_word_embeddings") => ("false", false, Expectation.Refused, null),
            (_, "hidden_act") when llama => ("\"silu\"", false, Expectation.Refused, "\"relu\""),
            (_, "hidden_act") => ("\"gelu\"", false, Expectation.Refused, "\"relu\""),
            (_, "activation_function") => ("\"gelu_new\"", false, Expectation.Refused, "\"relu\""),
            ("qwen2", "attention_bias") => null,
            ("gpt_neox", "attention_bias") => ("true", false, Expectation.Refused, null),
            (_, "attention_bias" or "mlp_bias") => ("false", false, Expectation.Refused, null),
            (_, "scale_attn_weights") when type == "gpt2" => ("true", false, Expectation.Refused, null),
            (_, "scale_attn_by_inverse_layer_idx" or "add_cross_attention") => ("false", false, Expectation.Refused, null),
            (_, "reorder_and_upcast_attn") => ("false", false, Expectation.Same, null),
            ("bert", "is_decoder") => ("false", false, Expectation.Refused, null),
            ("bert", "type_vocab_size") => ("2", false, Expectation.Refused, null),
            (_, "use_parallel_residual") => ("true", false, Expectation.Other, null),
            ("gptj", "rotary_dim") => ("64", false, Expectation.Other, "4"),
            (_, "rope_parameters") => ("null", true, Expectation.Other, """{"rope_theta":50.0,"rope_type":"default"}"""),
            (_, "rope_theta") => ("10000.0", false, Expectation.Other, "50.0"),
            ("gpt_neox", "partial_rotary_factor") => ("0.25", false, Expectation.Other, "0.5"),
            (_, "rope_type") => ("\"default\"", false, Expectation.Refused, "\"yarn\""),
            (_, "factor" or "low_freq_factor" or "high_freq_factor" or "original_max_position_embeddings") => (null, false, Expectation.Other, "2"),
            (_, "use_sliding_window") => ("false", false, Expectation.Same, "true"),
            (_, "sliding_window") => ("null", true, Expectation.Same, "64"),
            (_, "max_window_layers") => ("28", false, Expectation.Same, "0"),
            (_, "layer_types") => ("null", true, Expectation.Refused, "[\"full_attention\",\"linear_attention\"]"),
            _ when Unread().IsMatch(key) => null,
            _ => throw new InvalidOperationException($"no rule says what '{key}' of {type} means"),
        };
    }

    private static ModelFiles With(ModelFiles model, Action<JsonObject> change)
    {
        var settings = model.Settings();
        change(settings);
        return model.With(settings);
    }

    private static void Put(JsonObject settings, string key, JsonNode? value, bool removes)
    {
        settings.Remove(key);
        if (!removes)
        {
            settings[key] = value?.DeepClone();
        }
    }

    private static JsonNode Changed(JsonNode? value) => value switch
    {
        JsonValue number when number.TryGetValue<double>(out var old) => old == Math.Truncate(old) ? (long)old * 2 + 2 : old * 2,
        JsonValue flag when flag.TryGetValue<bool>(out var old) => !old,
        JsonArray => new JsonArray("other"),
        JsonValue => "other",
        _ => 3,
    };

    private static JsonNode WrongType(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out _) ? 7 : new JsonArray("x", true);

    [GeneratedRegex("^(.*_size|n_embd|n_layer|n_head|n_inner|n_positions|num_.*|head_dim|rotary_dim|max_position_embeddings|original_max_position_embeddings)$", RegexOptions.ExplicitCapture)]
    private static partial Regex SizeLike();

    /// <summary>Names, versions, types, training, other heads and generation.</summary>
    [GeneratedRegex("^(architectures|dtype|torch_dtype|transformers_version|_name_or_path|gradient_checkpointing|initializer_range|use_cache|pretraining_tp|is_decoder|scale_attn_weights|.*_dropout|.*_dropout_prob|.*_pdrop|summary_.*|bos_token_id|pad_token_id)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Unread();
}
