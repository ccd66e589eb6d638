using IclMesh.Inference.Core.Prompting;

namespace IclMesh.Inference.Core.Capturing;

/// <summary>What to record while a prompt runs. Null leaves a quantity out.</summary>
public sealed record CaptureCall
{
    /// <summary>The prompt, piece by piece.</summary>
    public required IReadOnlyList<PromptSegment> Segments { get; init; }

    /// <summary>Most prompt tokens; null for the model's context length.</summary>
    public int? Budget { get; init; }

    /// <summary>Attention probabilities.</summary>
    public CaptureSite? Attention { get; init; }

    /// <summary>Residual stream: layer 0 the embedding, i the output of layer i, L after the final norm.</summary>
    public CaptureSite? Hidden { get; init; }

    /// <summary>Keys after rotation.</summary>
    public CaptureSite? Keys { get; init; }

    /// <summary>Keys before rotation.</summary>
    public CaptureSite? PlainKeys { get; init; }

    /// <summary>Values.</summary>
    public CaptureSite? Values { get; init; }

    /// <summary>Most probable tokens that the residual stream of a layer predicts.</summary>
    public CaptureSite? Lens { get; init; }

    /// <summary>Tokens of each lens reading.</summary>
    public int LensTop { get; init; } = 10;
}

/// <summary>Where to record one quantity.</summary>
public sealed record CaptureSite
{
    /// <summary>Layers from 0; empty for all.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>Heads from 0; empty for all. Query heads for attention, key-value heads for keys and values.</summary>
    public IReadOnlyList<int> Heads { get; init; } = [];

    /// <summary>Positions; negative ones count from the end, -1 being the last token; empty for all.</summary>
    public IReadOnlyList<int> Positions { get; init; } = [];
}
