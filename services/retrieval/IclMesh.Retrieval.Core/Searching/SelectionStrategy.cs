namespace IclMesh.Retrieval.Core.Searching;

/// <summary>How demonstrations are chosen.</summary>
public enum SelectionStrategy
{
    /// <summary>The nearest ones (KATE: Liu et al., "What makes good in-context examples for GPT-3?", 2022).</summary>
    Similar,

    /// <summary>A draw from the whole collection, by the seed and the query's text.</summary>
    Random,
}
