using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>A chosen demonstration and why it was chosen.</summary>
/// <param name="Demonstration">The demonstration, with its vector.</param>
/// <param name="Scores">Every score that had a part in it.</param>
/// <param name="Choice">Its place in the order of choice, from 0; independent of the order of return.</param>
/// <param name="Reason">Why it was chosen, for a person.</param>
public sealed record SearchHit(Demonstration Demonstration, ScoreBreakdown Scores, int Choice, string Reason);
