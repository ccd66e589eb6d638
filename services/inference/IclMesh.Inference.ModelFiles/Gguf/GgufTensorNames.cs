using System.Text.RegularExpressions;

namespace IclMesh.Inference.ModelFiles.Gguf;

/// <summary>Tensor names of GGUF files and those of the same tensors in Hugging Face checkpoints; <c>*</c> stands for the layer.</summary>
/// <remarks>Source: llama.cpp, <c>gguf-py/gguf/constants.py</c> and <c>tensor_mapping.py</c>.</remarks>
internal static partial class GgufTensorNames
{
    /// <summary>Llama, Qwen2 and Qwen3.</summary>
    public static readonly IReadOnlyDictionary<string, string> Llama = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["token_embd.weight"] = "model.embed_tokens.weight",
        ["output_norm.weight"] = "model.norm.weight",
        ["output.weight"] = "lm_head.weight",
        ["blk.*.attn_norm"] = "model.layers.*.input_layernorm",
        ["blk.*.attn_q"] = "model.layers.*.self_attn.q_proj",
        ["blk.*.attn_k"] = "model.layers.*.self_attn.k_proj",
        ["blk.*.attn_v"] = "model.layers.*.self_attn.v_proj",
        ["blk.*.attn_q_norm"] = "model.layers.*.self_attn.q_norm",
        ["blk.*.attn_k_norm"] = "model.layers.*.self_attn.k_norm",
        ["blk.*.attn_output"] = "model.layers.*.self_attn.o_proj",
        ["blk.*.ffn_norm"] = "model.layers.*.post_attention_layernorm",
        ["blk.*.ffn_gate"] = "model.layers.*.mlp.gate_proj",
        ["blk.*.ffn_up"] = "model.layers.*.mlp.up_proj",
        ["blk.*.ffn_down"] = "model.layers.*.mlp.down_proj",
    };

    /// <summary>GPT-2.</summary>
    public static readonly IReadOnlyDictionary<string, string> Gpt2 = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["token_embd.weight"] = "transformer.wte.weight",
        ["position_embd.weight"] = "transformer.wpe.weight",
        ["output_norm.weight"] = "transformer.ln_f.weight",
        ["output_norm.bias"] = "transformer.ln_f.bias",
        ["output.weight"] = "lm_head.weight",
        ["blk.*.attn_norm"] = "transformer.h.*.ln_1",
        ["blk.*.attn_qkv"] = "transformer.h.*.attn.c_attn",
        ["blk.*.attn_output"] = "transformer.h.*.attn.c_proj",
        ["blk.*.ffn_norm"] = "transformer.h.*.ln_2",
        ["blk.*.ffn_up"] = "transformer.h.*.mlp.c_fc",
        ["blk.*.ffn_down"] = "transformer.h.*.mlp.c_proj",
    };

    /// <summary>GPT-NeoX.</summary>
    public static readonly IReadOnlyDictionary<string, string> GptNeoX = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["token_embd.weight"] = "gpt_neox.embed_in.weight",
        ["output_norm.weight"] = "gpt_neox.final_layer_norm.weight",
        ["output_norm.bias"] = "gpt_neox.final_layer_norm.bias",
        ["output.weight"] = "embed_out.weight",
        ["blk.*.attn_norm"] = "gpt_neox.layers.*.input_layernorm",
        ["blk.*.attn_qkv"] = "gpt_neox.layers.*.attention.query_key_value",
        ["blk.*.attn_output"] = "gpt_neox.layers.*.attention.dense",
        ["blk.*.ffn_norm"] = "gpt_neox.layers.*.post_attention_layernorm",
        ["blk.*.ffn_up"] = "gpt_neox.layers.*.mlp.dense_h_to_4h",
        ["blk.*.ffn_down"] = "gpt_neox.layers.*.mlp.dense_4h_to_h",
    };

    /// <summary>A tensor's name in GGUF files; its own where it has none.</summary>
    public static string Spell(IReadOnlyDictionary<string, string> names, string name)
    {
        var layer = Layer().Match(name).Value;
        var general = layer.Length == 0 ? name : name.Replace($".{layer}.", ".*.", StringComparison.Ordinal);
        foreach (var (stored, checkpoint) in names)
        {
            if (general == checkpoint)
            {
                return stored;
            }

            if (general.StartsWith($"{checkpoint}.", StringComparison.Ordinal))
            {
                return stored.Replace("*", layer, StringComparison.Ordinal) + general[checkpoint.Length..];
            }
        }

        return name;
    }

    [GeneratedRegex(@"(?<=\.)\d+(?=\.)")]
    private static partial Regex Layer();
}
