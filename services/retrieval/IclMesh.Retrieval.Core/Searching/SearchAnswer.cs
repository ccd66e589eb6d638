namespace IclMesh.Retrieval.Core.Searching;

/// <summary>The chosen demonstrations, in the order asked for, and how they were found.</summary>
/// <param name="Hits">The demonstrations.</param>
/// <param name="Rejections">Candidates that were left out although their score would have allowed them, best first.</param>
/// <param name="Report">How the search went.</param>
/// <param name="Candidates">Candidates that the strategy chose from.</param>
/// <param name="TextScorer">How texts were scored; empty where they were not.</param>
public sealed record SearchAnswer(
    IReadOnlyList<SearchHit> Hits, IReadOnlyList<Rejection> Rejections, SearchReport Report, int Candidates, string TextScorer = "");
