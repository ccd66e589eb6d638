using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Filters;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>A search for the nearest vectors.</summary>
/// <param name="Vector">The query, [D], finite; not zero where the metric is the cosine.</param>
/// <param name="Model">The model that made the vector.</param>
/// <param name="Limit">How many to find, 1 or more.</param>
/// <param name="Filter">Only demonstrations that pass; null for all.</param>
public sealed record VectorQuery(ReadOnlyMemory<float> Vector, EmbeddingModel Model, int Limit, Filter? Filter = null)
{
    /// <summary>What to read of the demonstrations found.</summary>
    public MatchContent Content { get; init; }
}
