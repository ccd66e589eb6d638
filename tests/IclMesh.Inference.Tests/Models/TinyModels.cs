using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Models;

/// <summary>Model folders with seeded random weights: small enough to run in milliseconds, real enough for every code path.</summary>
internal static class TinyModels
{
    /// <summary>Llama with grouped heads, a byte-level tokenizer without merges and an end token.</summary>
    public static string WriteLlama(TemporaryFolder folder, string name = "tiny-llama", int layers = 2, int context = 600)
    {
        const int Hidden = 64, Heads = 4, KeyValueHeads = 2, Size = 16, Wide = 96, Vocabulary = 257;
        var tensors = new Dictionary<string, int[]> { ["model.embed_tokens.weight"] = [Vocabulary, Hidden], ["model.norm.weight"] = [Hidden] };
        for (var layer = 0; layer < layers; layer++)
        {
            var stem = $"model.layers.{layer}.";
            tensors[$"{stem}input_layernorm.weight"] = [Hidden];
            tensors[$"{stem}post_attention_layernorm.weight"] = [Hidden];
            tensors[$"{stem}self_attn.q_proj.weight"] = [Heads * Size, Hidden];
            tensors[$"{stem}self_attn.k_proj.weight"] = [KeyValueHeads * Size, Hidden];
            tensors[$"{stem}self_attn.v_proj.weight"] = [KeyValueHeads * Size, Hidden];
            tensors[$"{stem}self_attn.o_proj.weight"] = [Hidden, Heads * Size];
            tensors[$"{stem}mlp.gate_proj.weight"] = [Wide, Hidden];
            tensors[$"{stem}mlp.up_proj.weight"] = [Wide, Hidden];
            tensors[$"{stem}mlp.down_proj.weight"] = [Hidden, Wide];
        }

        folder.Write($"{name}/config.json", $$"""
            {"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":{{Hidden}},"num_hidden_layers":{{layers}},
             "num_attention_heads":{{Heads}},"num_key_value_heads":{{KeyValueHeads}},"head_dim":{{Size}},"intermediate_size":{{Wide}},
             "vocab_size":{{Vocabulary}},"max_position_embeddings":{{context}},"rms_norm_eps":1e-5,"rope_theta":10000.0,"hidden_act":"silu",
             "tie_word_embeddings":true,"eos_token_id":256}
            """);
        folder.Write($"{name}/tokenizer.json", ByteLevelTokenizer());
        folder.Write($"{name}/model.safetensors", Safetensors(tensors, seed: 7));
        return Path.Combine(folder.Path, name);
    }

    /// <summary>The project's own family: slopes per layer and head, no positions, no begin or end token.</summary>
    public static string WriteTiny(TemporaryFolder folder, string name = "tiny-own")
    {
        const int Hidden = 32, Layers = 2, Wide = 48, Vocabulary = 257;
        var tensors = new Dictionary<string, int[]>
        {
            ["model.embed_tokens.weight"] = [Vocabulary, Hidden],
            ["model.norm.weight"] = [Hidden],
            ["model.norm.bias"] = [Hidden],
            ["lm_head.weight"] = [Vocabulary, Hidden],
        };
        for (var layer = 0; layer < Layers; layer++)
        {
            var stem = $"model.layers.{layer}.";
            foreach (var norm in (string[])["input_norm", "feed_forward_norm"])
            {
                tensors[$"{stem}{norm}.weight"] = [Hidden];
                tensors[$"{stem}{norm}.bias"] = [Hidden];
            }

            tensors[$"{stem}attention.qkv.weight"] = [3 * Hidden, Hidden];
            tensors[$"{stem}attention.qkv.bias"] = [3 * Hidden];
            tensors[$"{stem}attention.output.weight"] = [Hidden, Hidden];
            tensors[$"{stem}feed_forward.up.weight"] = [Wide, Hidden];
            tensors[$"{stem}feed_forward.down.weight"] = [Hidden, Wide];
        }

        folder.Write($"{name}/config.json", $$"""
            {"architectures":["IclMeshTinyForCausalLM"],"model_type":"iclmesh_tiny","hidden_size":{{Hidden}},"num_hidden_layers":{{Layers}},
             "num_attention_heads":4,"intermediate_size":{{Wide}},"vocab_size":{{Vocabulary}},"max_position_embeddings":400,
             "layer_norm_eps":1e-5,"hidden_act":"gelu","tie_word_embeddings":false,"alibi_slopes":[[0.6,0.2,0.0,0.0],[0.5,0.1,0.0,0.05]]}
            """);
        folder.Write($"{name}/tokenizer.json", ByteLevelTokenizer());
        folder.Write($"{name}/model.safetensors", Safetensors(tensors, seed: 11));
        return Path.Combine(folder.Path, name);
    }

    /// <summary>A sentence encoder: one letter a token, mean pooling, length 1.</summary>
    public static string WriteEncoder(TemporaryFolder folder, string name = "tiny-encoder")
    {
        const int Hidden = 32, Layers = 2, Wide = 48;
        string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", .. Enumerable.Range('a', 26).Select(c => $"{(char)c}"), .. Enumerable.Range('a', 26).Select(c => $"##{(char)c}")];
        var tensors = new Dictionary<string, int[]>
        {
            ["embeddings.word_embeddings.weight"] = [vocabulary.Length, Hidden],
            ["embeddings.position_embeddings.weight"] = [64, Hidden],
            ["embeddings.token_type_embeddings.weight"] = [2, Hidden],
            ["embeddings.LayerNorm.weight"] = [Hidden],
            ["embeddings.LayerNorm.bias"] = [Hidden],
        };
        for (var layer = 0; layer < Layers; layer++)
        {
            void Dense(string stem, int outputs, int inputs)
            {
                tensors[$"encoder.layer.{layer}.{stem}.weight"] = [outputs, inputs];
                tensors[$"encoder.layer.{layer}.{stem}.bias"] = [outputs];
            }

            Dense("attention.self.query", Hidden, Hidden);
            Dense("attention.self.key", Hidden, Hidden);
            Dense("attention.self.value", Hidden, Hidden);
            Dense("attention.output.dense", Hidden, Hidden);
            Dense("intermediate.dense", Wide, Hidden);
            Dense("output.dense", Hidden, Wide);
            foreach (var norm in (string[])["attention.output.LayerNorm", "output.LayerNorm"])
            {
                tensors[$"encoder.layer.{layer}.{norm}.weight"] = [Hidden];
                tensors[$"encoder.layer.{layer}.{norm}.bias"] = [Hidden];
            }
        }

        folder.Write($"{name}/config.json", $$"""
            {"architectures":["BertModel"],"model_type":"bert","hidden_size":{{Hidden}},"num_hidden_layers":{{Layers}},"num_attention_heads":4,
             "intermediate_size":{{Wide}},"vocab_size":{{vocabulary.Length}},"max_position_embeddings":64,"type_vocab_size":2,
             "layer_norm_eps":1e-12,"hidden_act":"gelu"}
            """);
        folder.Write($"{name}/modules.json", """
            [{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
             {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
             {"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]
            """);
        folder.Write($"{name}/1_Pooling/config.json", $$"""{"word_embedding_dimension":{{Hidden}},"pooling_mode_mean_tokens":true}""");
        folder.Write($"{name}/sentence_bert_config.json", """{"max_seq_length":32,"do_lower_case":false}""");
        folder.Write($"{name}/tokenizer.json", WordPieceTokenizer(vocabulary));
        folder.Write($"{name}/model.safetensors", Safetensors(tensors, seed: 13));
        return Path.Combine(folder.Path, name);
    }

    /// <summary>A tokenizer without merges: one token for each byte, and an end token.</summary>
    public static string ByteLevelTokenizer()
    {
        var letters = new Dictionary<string, int>();
        var extra = 0;
        for (var value = 0; value < 256; value++)
        {
            // The byte alphabet of GPT-2: printable bytes stand for themselves, the others for characters from 256 on.
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            letters[$"{(char)(printable ? value : 256 + extra++)}"] = value;
        }

        return JsonSerializer.Serialize(new
        {
            version = "1.0",
            added_tokens = new[] { new { id = 256, content = "<|end|>", single_word = false, lstrip = false, rstrip = false, normalized = false, special = true } },
            pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = true },
            decoder = new { type = "ByteLevel", add_prefix_space = true, trim_offsets = true, use_regex = true },
            model = new { type = "BPE", vocab = letters, merges = Array.Empty<string>() },
        });
    }

    private static string WordPieceTokenizer(string[] vocabulary)
    {
        object Special(int id) => new { id, content = vocabulary[id], single_word = false, lstrip = false, rstrip = false, normalized = false, special = true };
        object Piece(string token) => new { SpecialToken = new { id = token, type_id = 0 } };
        object Entry(int id) => new { id = vocabulary[id], ids = new[] { id }, tokens = new[] { vocabulary[id] } };
        return JsonSerializer.Serialize(new
        {
            version = "1.0",
            added_tokens = Enumerable.Range(0, 4).Select(Special).ToArray(),
            normalizer = new { type = "BertNormalizer", clean_text = true, handle_chinese_chars = true, strip_accents = (bool?)null, lowercase = true },
            pre_tokenizer = new { type = "BertPreTokenizer" },
            post_processor = new
            {
                type = "TemplateProcessing",
                single = new[] { Piece("[CLS]"), new { Sequence = new { id = "A", type_id = 0 } }, Piece("[SEP]") },
                pair = Array.Empty<object>(),
                special_tokens = new Dictionary<string, object> { ["[CLS]"] = Entry(2), ["[SEP]"] = Entry(3) },
            },
            decoder = new { type = "WordPiece", prefix = "##", cleanup = true },
            model = new
            {
                type = "WordPiece",
                unk_token = "[UNK]",
                continuing_subword_prefix = "##",
                max_input_chars_per_word = 100,
                vocab = vocabulary.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id),
            },
        });
    }

    /// <summary>Matrices scaled to keep the residual stream near 1, norms near 1, biases small.</summary>
    private static byte[] Safetensors(Dictionary<string, int[]> tensors, int seed)
    {
        var random = new Random(seed);
        var header = new Dictionary<string, object>();
        var data = new MemoryStream();
        foreach (var (name, shape) in tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal))
        {
            var count = shape.Aggregate(1, (product, length) => product * length);
            var scale = shape.Length == 1 ? 0.1 : name.Contains("embed", StringComparison.Ordinal) ? 0.7 : 1.4 / Math.Sqrt(shape[1]);
            var shift = shape.Length == 1 && name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0;
            var values = new float[count];
            for (var index = 0; index < count; index++)
            {
                values[index] = (float)(shift + (scale * (random.NextDouble() - 0.5) * Math.Sqrt(12)));
            }

            header[name] = new { dtype = "F32", shape, data_offsets = new[] { data.Length, data.Length + (4L * count) } };
            data.Write(MemoryMarshal.AsBytes<float>(values));
        }

        var text = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        var prefix = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        return [.. prefix, .. text, .. data.ToArray()];
    }
}
