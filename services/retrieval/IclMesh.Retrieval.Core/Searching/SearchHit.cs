using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>A chosen demonstration and why it was chosen.</summary>
/// <param name="Demonstration">The demonstration, with its vector.</param>
/// <param name="Similarity">Its score for the query under the collection's metric.</param>
/// <param name="SimilarityRank">Its rank by similarity in the whole collection, from 1; 0 where the strategy does not rank.</param>
/// <param name="Choice">Its place in the order of choice, from 0; independent of the order of return.</param>
/// <param name="Reason">Why it was chosen, for a person.</param>
public sealed record SearchHit(Demonstration Demonstration, float Similarity, int SimilarityRank, int Choice, string Reason);
