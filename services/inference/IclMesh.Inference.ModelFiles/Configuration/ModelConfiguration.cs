namespace IclMesh.Inference.ModelFiles.Configuration;

/// <summary>The sizes and constants of a model, whichever file format they came from.</summary>
public sealed record ModelConfiguration
{
    /// <summary>The architecture.</summary>
    public required ModelFamily Family { get; init; }

    /// <summary>L, number of layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>H, number of query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Number of key-value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Size of one head; not always hidden size / heads.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int FeedForwardSize { get; init; }

    /// <summary>Number of rows of the embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Longest sequence in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Epsilon of every norm.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>The output head is the embedding.</summary>
    public bool TiedHead { get; init; }

    /// <summary>Rotary settings; null where positions are learned or given by slopes.</summary>
    public RotarySettings? Rotary { get; init; }

    /// <summary>Attention and MLP read the same input and are added together (GPT-J, GPT-NeoX).</summary>
    public bool ParallelResidual { get; init; }

    /// <summary>Number of token types (BERT); 0 elsewhere.</summary>
    public int TokenTypes { get; init; }

    /// <summary>ALiBi slopes, [L, H] row-major, for families that have them; empty elsewhere.</summary>
    public IReadOnlyList<float> AlibiSlopes { get; init; } = [];

    /// <summary>Query and key rows are stored as GGUF permutes them: rotary pairs adjacent.</summary>
    public bool InterleavedQueryKeyRows { get; init; }

    /// <summary>How the file spells these settings, for errors.</summary>
    internal SettingNames Names { get; init; } = SettingNames.HuggingFace;
}
