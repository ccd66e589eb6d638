using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Core.Generation;

/// <summary>How a text is continued.</summary>
public sealed record GenerateCall
{
    /// <summary>The text to continue.</summary>
    public required string Prompt { get; init; }

    /// <summary>Where special tokens written out in the prompt are recognised.</summary>
    public SpecialTokenScope Scope { get; init; } = SpecialTokenScope.Nowhere;

    /// <summary>The prompt begins as the model's sequences do, so no begin token is added.</summary>
    public bool IsFramed { get; init; }

    /// <summary>Most tokens to generate, at most the model's context; null for 128, or as many as a shorter context has.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>How tokens are chosen.</summary>
    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>Texts that end the generation; not part of the answer.</summary>
    public IReadOnlyList<string> StopTexts { get; init; } = [];

    /// <summary>Tokens that end the generation, beside the model's own end token.</summary>
    public IReadOnlyList<int> StopTokens { get; init; } = [];

    /// <summary>The answer must be one of these; empty for any text.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Most probable tokens to report at each place, 0 for none.</summary>
    public int TopTokens { get; init; }
}
