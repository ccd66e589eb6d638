namespace IclMesh.Gateway.Analyses.Influence;

/// <summary>A demonstration, what its removal did to a prediction, and what can be known of it in one pass.</summary>
internal sealed record RemovedDemonstration
{
    /// <summary>Row of the study.</summary>
    public required int Row { get; init; }

    /// <summary>Measured: margin of the predicted label with the demonstration minus without it, in nats.</summary>
    public required double Effect { get; init; }

    /// <summary>1 where it has the predicted label, -1 / (C - 1) elsewhere.</summary>
    public required double Sign { get; init; }

    /// <summary>Cosine to the input.</summary>
    public required double Similarity { get; init; }

    /// <summary>Places from the query, 0 for the nearest, over the number of demonstrations.</summary>
    public required double Distance { get; init; }

    /// <summary>Margin of the predicted label in each head's vote with the demonstration minus without it, [L * H].</summary>
    public required double[] HeadEffects { get; init; }

    /// <summary>The same of the fitted mixture of heads, in nats.</summary>
    public required double MixtureEffect { get; init; }
}
