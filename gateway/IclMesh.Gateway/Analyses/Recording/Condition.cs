using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>One way to prompt for every row of a study.</summary>
internal sealed record Condition
{
    /// <summary>Name in the record, for example <c>base</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Rows of the study that are recorded, ascending.</summary>
    public required IReadOnlyList<int> Rows { get; init; }

    /// <summary>Demonstrations, 0 or more.</summary>
    public required int K { get; init; }

    /// <summary>How they are chosen.</summary>
    public SelectionStrategy Strategy { get; init; } = SelectionStrategy.Random;

    /// <summary>What is done to their labels.</summary>
    public LabelChange Labels { get; init; }

    /// <summary>Share of labels drawn anew, in [0, 1].</summary>
    public double Noise { get; init; }

    /// <summary>Number of a random order, from 1; 0 keeps the order of retrieval.</summary>
    public int Order { get; init; }

    /// <summary>Every row is shown the demonstrations of the first row, in the same order.</summary>
    public bool Fixed { get; init; }

    /// <summary>The demonstration at this place is left out; -1 for none.</summary>
    public int LeftOut { get; init; } = -1;

    /// <summary>Name of the rewriting of the input; empty for none.</summary>
    public string Rewriting { get; init; } = "";

    /// <summary>Text in place of the input; null for the row's own. Demonstrations are still those of the row.</summary>
    public string? Input { get; init; }

    /// <summary>The study's template unless another one is tried.</summary>
    public PromptTemplate? Template { get; init; }

    /// <summary>Pooled attention to record.</summary>
    public IReadOnlyList<AttentionPooling> Poolings { get; init; } = [];
}
