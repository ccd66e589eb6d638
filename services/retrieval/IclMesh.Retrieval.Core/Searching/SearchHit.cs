using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>A chosen demonstration and why it was chosen.</summary>
/// <param name="Demonstration">The demonstration, with its vector.</param>
/// <param name="Similarity">Its score for the query under the collection's metric; null without a query vector.</param>
/// <param name="Rank">Its place in the order of choice, from 0; independent of the order of return.</param>
public sealed record SearchHit(Demonstration Demonstration, float? Similarity, int Rank);
