namespace IclMesh.Inference.ModelFiles.Configuration;

/// <summary>What a sentence encoder does with a text and with its last layer.</summary>
/// <param name="Pooling"><c>mean</c>, <c>cls</c>, <c>max</c>, <c>mean_sqrt_len</c>, <c>weightedmean</c> or <c>lasttoken</c>.</param>
/// <param name="Normalize">Scales the embedding to length 1.</param>
/// <param name="MaximumTokens">Longest input in tokens, special tokens included; the rest is cut and reported.</param>
public sealed record EncoderSettings(string Pooling, bool Normalize, int MaximumTokens)
{
    /// <summary>Lowers texts before they are tokenised, whatever the tokenizer does.</summary>
    public bool Lowercase { get; init; }

    /// <summary>Tokens of the prompt before a text, and special tokens before it, take part in pooling.</summary>
    public bool PoolsPrompt { get; init; } = true;

    /// <summary>Texts to put before a text, by name.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Name of the prompt that is used where a caller names none; null for none.</summary>
    public string? DefaultPrompt { get; init; }
}
