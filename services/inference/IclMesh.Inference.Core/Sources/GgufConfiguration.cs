namespace IclMesh.Inference.Core.Sources;

/// <summary>Reads sizes and constants from the metadata of a GGUF file.</summary>
internal static class GgufConfiguration
{
    public static ModelConfiguration Read(GgufFile file)
    {
        var metadata = file.Metadata;
        var architecture = metadata.Text("general.architecture") ?? throw FileFaults.Corrupt(metadata.Path, "general.architecture is missing");
        var configuration = architecture switch
        {
            "llama" => Rotary(file, architecture, ModelFamily.Llama, headShare: 1),
            "qwen2" => Rotary(file, architecture, ModelFamily.Qwen2, headShare: 1),
            "qwen3" => Rotary(file, architecture, ModelFamily.Qwen3, headShare: 1),
            "gptneox" => Rotary(file, architecture, ModelFamily.GptNeoX, headShare: 0.25),
            "gpt2" => Plain(file, architecture, ModelFamily.Gpt2),
            _ => throw FileFaults.Unsupported(
                metadata.Path, $"architecture '{architecture}' is not supported; llama, qwen2, qwen3, gpt2 and gptneox are"),
        };
        return ConfigurationRules.Check(metadata.Path, configuration);
    }

    private static ModelConfiguration Rotary(GgufFile file, string architecture, ModelFamily family, double headShare)
    {
        var plain = Plain(file, architecture, family);
        var metadata = file.Metadata;
        var scaling = metadata.Text($"{architecture}.rope.scaling.type") switch
        {
            null or "none" => null,
            "linear" => new RotaryScaling("linear", metadata.Number($"{architecture}.rope.scaling.factor") ?? 1, 0, 0, 0),
            var other => throw FileFaults.Unsupported(metadata.Path, $"rotary scaling '{other}' is not supported, none and linear are"),
        };
        if (metadata.Integer($"{architecture}.expert_count") is > 0)
        {
            throw FileFaults.Unsupported(metadata.Path, "mixtures of experts are not supported");
        }

        return plain with
        {
            Rotary = new(
                metadata.Number($"{architecture}.rope.freq_base") ?? 10000,
                metadata.Integer($"{architecture}.rope.dimension_count") ?? (int)(plain.HeadSize * headShare),
                Interleaved: false)
            {
                Scaling = scaling,
                FrequencyDivisors = Divisors(file),
            },
            InterleavedQueryKeyRows = family == ModelFamily.Llama,
            ParallelResidual = family == ModelFamily.GptNeoX && (metadata.Flag($"{architecture}.use_parallel_residual") ?? true),
        };
    }

    private static ModelConfiguration Plain(GgufFile file, string architecture, ModelFamily family)
    {
        var metadata = file.Metadata;
        int hidden = Required("embedding_length"), heads = Required("attention.head_count");
        return new()
        {
            Family = family,
            Layers = Required("block_count"),
            HiddenSize = hidden,
            Heads = heads,
            KeyValueHeads = metadata.Integer($"{architecture}.attention.head_count_kv") ?? heads,
            HeadSize = metadata.Integer($"{architecture}.attention.key_length") ?? (heads > 0 ? hidden / heads : 0),
            FeedForwardSize = Required("feed_forward_length"),
            VocabularySize = Vocabulary(file),
            ContextLength = Required("context_length"),
            NormEpsilon = (float)(metadata.Number($"{architecture}.attention.layer_norm_rms_epsilon")
                ?? metadata.Number($"{architecture}.attention.layer_norm_epsilon")
                ?? throw FileFaults.Corrupt(metadata.Path, $"{architecture}.attention.layer_norm_epsilon is missing")),

            // The format has no flag for it: a file without its own head uses the embedding.
            TiedHead = !file.Tensors.ContainsKey("output.weight"),
        };

        int Required(string key) =>
            metadata.Integer($"{architecture}.{key}") ?? throw FileFaults.Corrupt(metadata.Path, $"{architecture}.{key} is missing");
    }

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
