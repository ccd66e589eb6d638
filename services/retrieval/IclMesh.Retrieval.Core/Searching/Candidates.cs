using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>What the store had to offer.</summary>
/// <param name="Items">The candidates, the most relevant first.</param>
/// <param name="Report">How they were found.</param>
/// <param name="Complete">True where asking for more would bring nothing new.</param>
/// <param name="TextScorer">How texts were scored; empty where they were not.</param>
internal sealed record Candidates(IReadOnlyList<Candidate> Items, SearchReport Report, bool Complete, string TextScorer = "");
