using System.Text.Json.Serialization;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>What one prompt left behind; a line of the record.</summary>
internal sealed record PromptRecord
{
    /// <summary>Row of the study.</summary>
    public required int Row { get; init; }

    /// <summary>True label, as an index.</summary>
    public required int Gold { get; init; }

    /// <summary>Demonstrations in prompt order, dropped ones left out.</summary>
    public required ShownDemonstration[] Demonstrations { get; init; }

    /// <summary>The model's natural log-probability of every label word, [C]; empty where none was scored.</summary>
    public double[] LogProbabilities { get; init; } = [];

    /// <summary>Share of every label among the labels, [C]; empty where none was scored.</summary>
    public double[] Probabilities { get; init; } = [];

    /// <summary>Probability mass of the label words among the vocabulary.</summary>
    public double LabelMass { get; init; }

    /// <summary>Tokens of the prompt.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Wall time of the model's answer, or of the search where no model was asked, in s. Measured: it differs between runs.</summary>
    public double Seconds { get; init; }

    /// <summary>Most probable next token of each text alone, query first; only where texts were run alone.</summary>
    public int[] NextTokens { get; init; } = [];

    /// <summary>The model's label: the most probable one, the first of equals; -1 where none was scored.</summary>
    [JsonIgnore]
    public int Predicted => Array.IndexOf(Probabilities, Probabilities.DefaultIfEmpty().Max());

    /// <summary>Spans of inputs, [N][start, end); only where positions were captured.</summary>
    public int[][] InputSpans { get; init; } = [];

    /// <summary>Spans of labels, [N][start, end); only where positions were captured.</summary>
    public int[][] LabelSpans { get; init; } = [];

    /// <summary>Span of the query, [start, end); only where positions were captured.</summary>
    public int[] QuerySpan { get; init; } = [];
}
