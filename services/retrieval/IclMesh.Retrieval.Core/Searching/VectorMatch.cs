using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>A demonstration that a vector search found.</summary>
/// <param name="Demonstration">The demonstration, with its vector.</param>
/// <param name="Score">Its fp32 score under the collection's metric; greater is nearer.</param>
public sealed record VectorMatch(Demonstration Demonstration, float Score);
