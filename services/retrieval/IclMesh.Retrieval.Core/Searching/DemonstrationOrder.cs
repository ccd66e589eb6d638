namespace IclMesh.Retrieval.Core.Searching;

/// <summary>The order in which the chosen demonstrations are returned, which is their order in the prompt.</summary>
public enum DemonstrationOrder
{
    /// <summary>What the strategy is used with: most similar last, a draw as drawn.</summary>
    Usual,

    /// <summary>As the strategy chose them, the first choice first.</summary>
    AsChosen,

    /// <summary>The most similar first.</summary>
    SimilarFirst,

    /// <summary>The most similar last, next to the query.</summary>
    SimilarLast,

    /// <summary>Shuffled by the seed.</summary>
    SeededRandom,

    /// <summary>Labels take turns, each label's most similar last, so that no label fills the end of the prompt.</summary>
    LabelInterleaved,
}
