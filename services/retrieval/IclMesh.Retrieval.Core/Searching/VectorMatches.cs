namespace IclMesh.Retrieval.Core.Searching;

/// <summary>What a vector search found, and how.</summary>
/// <param name="Matches">Best first; equal scores by id in code-point order.</param>
/// <param name="Report">How the search went.</param>
public sealed record VectorMatches(IReadOnlyList<VectorMatch> Matches, SearchReport Report);
