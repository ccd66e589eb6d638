namespace IclMesh.Retrieval.Core.Searching;

/// <summary>How demonstrations are chosen from the candidates.</summary>
public enum SelectionStrategy
{
    /// <summary>The most relevant ones (KATE: Liu et al., "What makes good in-context examples for GPT-3?", 2022).</summary>
    Similar,

    /// <summary>A draw from the whole collection, by the seed and the query's text.</summary>
    Random,

    /// <summary>Relevant and unlike those chosen before (Carbonell and Goldstein, "The use of MMR", 1998).</summary>
    MaximalMarginalRelevance,

    /// <summary>The set that a determinantal point process makes likeliest, greedily (Ye et al., "Compositional exemplars", 2023).</summary>
    DeterminantalPointProcess,

    /// <summary>Those that represent most candidates (Su et al., "Selective annotation", 2023).</summary>
    VoteK,

    /// <summary>Far from one another, as k-means++ seeds its clusters (Arthur and Vassilvitskii, 2007).</summary>
    Cover,
}
