namespace IclMesh.Inference.Core.Generation;

/// <summary>How the next token is chosen; applied in the order of the properties, as in Hugging Face transformers.</summary>
public sealed record SamplingSettings
{
    /// <summary>Logits of tokens that occurred are divided by this where positive and multiplied where negative; 1 for off.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Divides the logits; 0 takes the most probable token.</summary>
    public float Temperature { get; init; }

    /// <summary>Keeps the k most probable tokens; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>Keeps the fewest tokens whose probabilities reach this sum; 1 for all.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Keeps tokens at least this share as probable as the best; 0 for all.</summary>
    public float MinP { get; init; }

    /// <summary>Seed of the random choice: equal seeds give equal texts.</summary>
    public int Seed { get; init; }
}
