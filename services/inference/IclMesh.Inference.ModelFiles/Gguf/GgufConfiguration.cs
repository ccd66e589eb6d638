using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Gguf;

/// <summary>Reads sizes and constants from the metadata of a GGUF file.</summary>
/// <remarks>
/// Source: <c>llama_model::load_hparams</c> of llama.cpp. Keys of the architecture that no reader knows are refused by their name, unless they say
/// nothing (0, false, empty); those of other groups (<c>general.</c>, <c>tokenizer.</c>, <c>quantize.</c>) describe the file.
/// </remarks>
internal static class GgufConfiguration
{
    public static ModelConfiguration Read(GgufFile file)
    {
        var metadata = file.Metadata;
        var architecture = metadata.Text("general.architecture") ?? throw FileFaults.Corrupt(metadata.Path, "general.architecture is missing");
        if (metadata.Text("general.type") is { } type && type != "model")
        {
            throw FileFaults.Unsupported(metadata.Path, $"general.type '{type}' is not supported, model is");
        }

        if (metadata.Integer("split.count") is > 1 and var parts)
        {
            throw FileFaults.Unsupported(metadata.Path, $"split.count is {parts}: it is one part of a model in several files, which are not read together; merge them into one");
        }

        var configuration = architecture switch
        {
            "llama" => Rotary(file, architecture, ModelFamily.Llama),
            "qwen2" => Rotary(file, architecture, ModelFamily.Qwen2),
            "qwen3" => Rotary(file, architecture, ModelFamily.Qwen3),
            "gptneox" => Rotary(file, architecture, ModelFamily.GptNeoX),
            "gpt2" => Plain(file, architecture, ModelFamily.Gpt2),
            _ => throw FileFaults.Unsupported(
                metadata.Path, $"architecture '{architecture}' (general.architecture) is not supported; llama, qwen2, qwen3, gpt2 and gptneox are"),
        };
        RefuseUnread(metadata, architecture);
        return ConfigurationRules.Check(metadata.Path, configuration);
    }

    private static ModelConfiguration Rotary(GgufFile file, string architecture, ModelFamily family)
    {
        var plain = Plain(file, architecture, family);
        var metadata = file.Metadata;
        var parallel = false;
        var dimensions = metadata.Integer($"{architecture}.rope.dimension_count");
        if (family == ModelFamily.GptNeoX)
        {
            parallel = metadata.Flag($"{architecture}.use_parallel_residual") ?? throw Missing(metadata, $"{architecture}.use_parallel_residual");
            _ = dimensions ?? throw Missing(metadata, $"{architecture}.rope.dimension_count");
        }
        else if (dimensions is { } stated && stated != plain.HeadSize)
        {
            throw FileFaults.Unsupported(metadata.Path, $"{architecture}.rope.dimension_count is {stated}, heads of {plain.HeadSize} (attention.key_length, or embedding_length / attention.head_count) are rotated whole");
        }

        return plain with
        {
            Rotary = new(metadata.Number($"{architecture}.rope.freq_base") ?? 10000, dimensions ?? plain.HeadSize, Interleaved: false)
            {
                Scaling = Scaling(metadata, architecture),
                FrequencyDivisors = family == ModelFamily.Llama ? Divisors(file) : [],
            },
            InterleavedQueryKeyRows = family == ModelFamily.Llama,
            ParallelResidual = parallel,
        };
    }

    /// <summary>Scaling is linear unless a type says otherwise, by a factor under a newer or an older key; 0 stands for none.</summary>
    private static RotaryScaling? Scaling(GgufMetadata metadata, string architecture)
    {
        var stem = $"{architecture}.rope.scaling.";
        var (factor, older) = (metadata.Number($"{stem}factor"), metadata.Number($"{architecture}.rope.scale_linear"));
        var attention = metadata.Number($"{stem}attn_factor");
        if (attention is not (null or 1))
        {
            throw FileFaults.Unsupported(metadata.Path, $"{stem}attn_factor = {attention} is not supported, 1 is");
        }

        metadata.Ignore($"{stem}finetuned", $"{stem}original_context_length");
        return metadata.Text($"{stem}type") switch
        {
            "none" => null,
            null or "linear" => (factor ?? older ?? 0) is var by && by is 0 or 1 ? null : new("linear", by, 0, 0, 0),
            var other => throw FileFaults.Unsupported(metadata.Path, $"rotary scaling '{other}' ({stem}type) is not supported, none and linear are"),
        };
    }

    private static ModelConfiguration Plain(GgufFile file, string architecture, ModelFamily family)
    {
        var metadata = file.Metadata;
        int hidden = Required("embedding_length"), heads = Required("attention.head_count");
        var headSize = metadata.Integer($"{architecture}.attention.key_length") ?? (heads > 0 ? hidden / heads : 0);
        var values = metadata.Integer($"{architecture}.attention.value_length") ?? headSize;
        if (values != headSize)
        {
            throw FileFaults.Unsupported(metadata.Path, $"{architecture}.attention.value_length is {values}, keys have {headSize}: other lengths are not supported");
        }

        var vocabulary = Vocabulary(file);
        if (metadata.Integer($"{architecture}.vocab_size") is { } stated && stated != vocabulary)
        {
            throw FileFaults.Corrupt(metadata.Path, $"{architecture}.vocab_size is {stated}, token_embd.weight has {vocabulary} rows");
        }

        if (metadata.Flag($"{architecture}.attention.causal") == false)
        {
            throw FileFaults.Unsupported(metadata.Path, $"{architecture}.attention.causal = False is not supported");
        }

        // A note of the converter: the rows are permuted in either case.
        metadata.Ignore($"{architecture}.tensor_data_layout");
        var context = Required("context_length");
        if (metadata.Integer($"{architecture}.attention.sliding_window") is > 0 and var window)
        {
            context = Math.Min(context, window);
        }

        var epsilon = family is ModelFamily.Gpt2 or ModelFamily.GptNeoX ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon";
        return new()
        {
            Family = family,
            Names = SettingNames.Gguf,
            Layers = Required("block_count"),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = metadata.Integer($"{architecture}.attention.head_count_kv") ?? heads,
            HeadSize = headSize,
            FeedForwardSize = Required("feed_forward_length"),
            VocabularySize = vocabulary,
            ContextLength = context,
            NormEpsilon = (float)(metadata.Number($"{architecture}.{epsilon}") ?? throw Missing(metadata, $"{architecture}.{epsilon}")),

            // The format has no flag for it: a file without its own head uses the embedding. GPT-NeoX must have one.
            TiedHead = family != ModelFamily.GptNeoX && !file.Tensors.ContainsKey("output.weight"),
        };

        int Required(string key) => metadata.Integer($"{architecture}.{key}") ?? throw Missing(metadata, $"{architecture}.{key}");
    }

    private static void RefuseUnread(GgufMetadata metadata, string architecture)
    {
        if (metadata.Unread($"{architecture}.").FirstOrDefault() is { } key)
        {
            throw FileFaults.Unsupported(metadata.Path, $"{key} is not read and may change results, so it is not ignored");
        }
    }

    private static MeshException Missing(GgufMetadata metadata, string key) => FileFaults.Corrupt(metadata.Path, $"{key} is missing");

    /// <summary>Rows of the embedding: older files have no key for it.</summary>
    private static int Vocabulary(GgufFile file) => file.Tensors.TryGetValue("token_embd.weight", out var embedding) && embedding.Shape.Count == 2
        ? (int)Math.Min(embedding.Shape[0], int.MaxValue)
        : throw FileFaults.Corrupt(file.Metadata.Path, "tensor 'token_embd.weight' is missing or not two-dimensional");

    private static float[] Divisors(GgufFile file)
    {
        if (!file.Tensors.TryGetValue("rope_freqs.weight", out var info))
        {
            return [];
        }

        var divisors = new float[info.Count];
        file.Read(info.Name, divisors);
        return divisors;
    }
}
