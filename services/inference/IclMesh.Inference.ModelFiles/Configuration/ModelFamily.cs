namespace IclMesh.Inference.ModelFiles.Configuration;

/// <summary>Architectures that the engine builds graphs for.</summary>
public enum ModelFamily
{
    /// <summary>Llama, Llama 3, Mistral, SmolLM2: pre-RMS-norm, rotary, gated SiLU.</summary>
    Llama,

    /// <summary>Llama with biases on query, key and value.</summary>
    Qwen2,

    /// <summary>Llama with RMS norms on queries and keys.</summary>
    Qwen3,

    /// <summary>Learned positions, LayerNorm, fused transposed projections.</summary>
    Gpt2,

    /// <summary>Parallel residual, interleaved partial rotation.</summary>
    GptJ,

    /// <summary>Pythia: parallel residual with two norms, partial rotation.</summary>
    GptNeoX,

    /// <summary>Bidirectional post-norm encoder.</summary>
    Bert,

    /// <summary>The project's own small decoder: pre-LayerNorm, ALiBi slopes per layer and head given in the configuration.</summary>
    IclMeshTiny,
}
