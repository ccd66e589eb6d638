namespace IclMesh.Retrieval.Core.Searching;

/// <summary>What a text search found.</summary>
/// <param name="Matches">Best first; equal scores by id in code-point order.</param>
/// <param name="Scorer">How texts were scored: <c>bm25</c> or <c>ts_rank</c>.</param>
public sealed record TextMatches(IReadOnlyList<TextMatch> Matches, string Scorer);
