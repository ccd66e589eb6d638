namespace IclMesh.Inference.ModelFiles.Configuration;

/// <summary>Rotary position embedding.</summary>
/// <param name="Base">Theta, the base of the frequencies.</param>
/// <param name="Dimensions">Leading dimensions of a head that are rotated; even.</param>
/// <param name="Interleaved">Pairs are (0,1), (2,3), ... rather than (i, i + dimensions / 2).</param>
public sealed record RotarySettings(double Base, int Dimensions, bool Interleaved)
{
    /// <summary>How frequencies are scaled for longer contexts; null for not at all.</summary>
    public RotaryScaling? Scaling { get; init; }

    /// <summary>
    /// Divisor of each pair's frequency, [dimensions / 2]; empty for none. GGUF files carry these (tensor <c>rope_freqs.weight</c>)
    /// in place of the <c>llama3</c> constants.
    /// </summary>
    public IReadOnlyList<float> FrequencyDivisors { get; init; } = [];

    /// <summary>Setting that the number of dimensions came from, for errors.</summary>
    internal string DimensionsName { get; init; } = "rope.dimension_count";
}

/// <summary>Frequency scaling of rotary embeddings.</summary>
/// <param name="Kind"><c>linear</c> or <c>llama3</c>, as config.json spells it.</param>
/// <param name="Factor">Divides the frequencies (all of them, or the low ones for <c>llama3</c>).</param>
/// <param name="LowFrequencyFactor"><c>llama3</c> only.</param>
/// <param name="HighFrequencyFactor"><c>llama3</c> only.</param>
/// <param name="OriginalContextLength"><c>llama3</c> only, in tokens.</param>
public sealed record RotaryScaling(
    string Kind, double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalContextLength);
