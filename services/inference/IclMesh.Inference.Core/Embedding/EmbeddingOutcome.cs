namespace IclMesh.Inference.Core.Embedding;

/// <summary>Embeddings of some texts.</summary>
public sealed record EmbeddingOutcome
{
    /// <summary>One for each text.</summary>
    public required IReadOnlyList<float[]> Vectors { get; init; }

    /// <summary>Tokens of each text, special tokens included, before it was cut.</summary>
    public required IReadOnlyList<int> TokenCounts { get; init; }

    /// <summary>Name of the prompt that was put before each text; empty for none.</summary>
    public required string PromptName { get; init; }

    /// <summary>Texts that were cut.</summary>
    public required IReadOnlyList<int> Truncated { get; init; }

    /// <summary>Texts whose embedding was known.</summary>
    public required int CachedTexts { get; init; }

    /// <summary>Time per stage.</summary>
    public required StageTimes Times { get; init; }
}
