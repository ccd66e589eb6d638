namespace IclMesh.Retrieval.Core.Searching;

/// <summary>What makes a demonstration relevant.</summary>
public enum SearchMode
{
    /// <summary>The score of its vector.</summary>
    Vector,

    /// <summary>The words that its text shares with the query's.</summary>
    Text,

    /// <summary>Both, fused.</summary>
    Hybrid,
}
