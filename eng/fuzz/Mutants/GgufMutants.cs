namespace IclMesh.Fuzz.Mutants;

/// <summary>Changes of the settings and tensors of a GGUF file, by llama.cpp's rules.</summary>
internal static class GgufMutants
{
    private const string Prefix = "llama.";

    public static IEnumerable<Mutant> Of(ModelFiles model)
    {
        var editor = GgufEditor.Read(model.Files[GgufEditor.File]);
        Mutant Make(string name, GgufEditor changed, Expectation expected, string why, string[] named, GgufEditor? equivalent = null) =>
            new(name, model.With(GgufEditor.File, changed.Write()), expected, why) { Named = named, Equivalent = equivalent is null ? null : model.With(GgufEditor.File, equivalent.Write()) };
        Mutant Refused(string name, GgufEditor changed, params string[] named) => Make(name, changed, Expectation.Refused, "may change results", named);

        yield return Make("written again", editor, Expectation.Same, "nothing changed", []);
        foreach (var (key, type, value) in editor.Metadata.Where(value => value.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var name = key[Prefix.Length..];
            GgufEditor? missing = name switch
            {
                "attention.head_count_kv" => editor.With(key, 8u),
                "rope.freq_base" => editor.With(key, 10000f),
                "rope.dimension_count" or "attention.key_length" or "attention.value_length" => editor.With(key, 32u),
                "vocab_size" => editor,
                _ => null,
            };
            yield return missing is null
                ? Refused($"{key} removed", editor.Without(key), key)
                : Make($"{key} removed", editor.Without(key), Expectation.Equal, "llama.cpp's default", [key, "tensor '"], missing);
            yield return Refused($"{key} a text", editor.With(key, "x"), key);
            yield return Refused($"{key} negative", editor.With(key, 12, BitConverter.GetBytes(-1.0)), key, name);
            if (name != "rope.freq_base")
            {
                yield return Refused($"{key} beyond every size", editor.With(key, 12, BitConverter.GetBytes(1e300)), key, name);
            }

            if (type is 4 or 6)
            {
                // Twice the context allows no more than it is asked for.
                var changed = type == 6 ? editor.With(key, BitConverter.ToSingle(value) * 4) : editor.With(key, (BitConverter.ToUInt32(value) * 2) + 1);
                yield return name switch
                {
                    "context_length" => Make($"{key} changed", changed, Expectation.Same, "no prompt is longer", [key]),
                    "rope.freq_base" or "attention.layer_norm_rms_epsilon" => Make($"{key} changed", changed, Expectation.Other, "by its meaning", [key]),
                    _ => Refused($"{key} changed", changed, key, "tensor '", name),
                };
            }
        }

        var linear = editor.With($"{Prefix}rope.scaling.type", "linear").With($"{Prefix}rope.scaling.factor", 4f);
        yield return Make("rope.scale_linear 4", editor.With($"{Prefix}rope.scale_linear", 4f), Expectation.Equal, "the older key of the same", [], linear);
        yield return Make("rope.scaling.factor without a type", editor.With($"{Prefix}rope.scaling.factor", 4f), Expectation.Equal, "linear is the default type", [], linear);
        yield return Make("rope.scaling.type none with a factor", editor.With($"{Prefix}rope.scaling.type", "none").With($"{Prefix}rope.scaling.factor", 4f), Expectation.Same, "none scales nothing", []);
        yield return Make("rope.scaling linear 4", linear, Expectation.Other, "by its meaning", []);
        yield return Refused("yarn", editor.With($"{Prefix}rope.scaling.type", "yarn"), "rope.scaling.type");
        yield return Refused("longrope", editor.With($"{Prefix}rope.scaling.type", "longrope"), "rope.scaling.type");
        foreach (var key in (string[])["attn_logit_softcapping", "final_logit_softcapping", "logit_scale", "residual_scale", "embedding_scale", "attention.scale", "attention.clamp_kqv", "attention.max_alibi_bias", "rope.scaling.attn_factor", "rope.scaling.yarn_log_multiplier"])
        {
            yield return Refused($"{key} added", editor.With(Prefix + key, 0.5f), key);
        }

        foreach (var key in (string[])["expert_count", "expert_used_count", "pooling_type", "attention.key_length_mla", "attention.value_length", "rope.dimension_count", "vocab_size", "interleave_moe_layer_step"])
        {
            yield return Refused($"{key} added", editor.With(Prefix + key, 7u), key);
        }

        yield return Make("expert_count 0", editor.With($"{Prefix}expert_count", 0u), Expectation.Same, "0 says nothing", []);
        yield return Make("general.note", editor.With("general.note", "x"), Expectation.Same, "describes the file", []);
        yield return Refused("attention.causal false", editor.With($"{Prefix}attention.causal", false), "attention.causal");
        yield return Refused("split.count 3", editor.With("split.count", 3u), "split.count");
        yield return Refused("general.type adapter", editor.With("general.type", "adapter"), "general.type");
        yield return Refused("general.architecture other", editor.With("general.architecture", "mamba"), "general.architecture");
        foreach (var tensor in editor.Tensors.Where(tensor => !tensor.Name.StartsWith("blk.1.", StringComparison.Ordinal)))
        {
            var isHead = tensor.Name == "output.weight";
            yield return isHead
                ? Make($"{tensor.Name} removed", editor.Change(tensor.Name, _ => null), Expectation.Other, "a file without a head uses the embedding", [])
                : Refused($"{tensor.Name} removed", editor.Change(tensor.Name, _ => null), tensor.Name);
            yield return Refused($"{tensor.Name} renamed", editor.Change(tensor.Name, old => ($"{old.Name}_x", old.Dimensions, old.Type, old.Data)), tensor.Name);
            yield return Refused($"{tensor.Name} as I32", editor.Change(tensor.Name, old => (old.Name, old.Dimensions, 26, old.Data)), tensor.Name);
            yield return Refused($"{tensor.Name} reshaped", editor.Change(tensor.Name, old => (old.Name, [.. old.Dimensions, 1], old.Type, old.Data)), tensor.Name);
            yield return Refused($"{tensor.Name} with a NaN", editor.Change(tensor.Name, old => (old.Name, old.Dimensions, old.Type, [255, 255, 255, 255, .. old.Data[4..]])), tensor.Name);
        }

        yield return Refused("blk.0.attn_output.bias added", editor.Plus(("blk.0.attn_output.bias", [256], 0, new byte[1024])), "blk.0.attn_output.bias");
        yield return Refused("blk.0.attn_q.bias alone added", editor.Plus(("blk.0.attn_q.bias", [256], 0, new byte[1024])), "blk.0.attn_k.bias");
        yield return Refused("rope_factors_long.weight added", editor.Plus(("rope_factors_long.weight", [16], 0, new byte[64])), "rope_factors_long.weight");
        yield return Refused("rope_freqs.weight of zeros added", editor.Plus(("rope_freqs.weight", [16], 0, new byte[64])), "rope_freqs.weight");
        yield return Refused("rope_freqs.weight too short added", editor.Plus(("rope_freqs.weight", [8], 0, new byte[32])), "rope_freqs.weight");
    }
}
