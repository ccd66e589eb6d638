using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>A demonstration that a strategy may choose.</summary>
/// <param name="Demonstration">The demonstration, with its vector.</param>
/// <param name="Scores">Its scores so far.</param>
/// <param name="Relevance">What candidates are ranked by: similarity, text score, fused score, or the order of a draw.</param>
internal sealed record Candidate(Demonstration Demonstration, ScoreBreakdown Scores, double Relevance);
