using IclMesh.Retrieval.Core.Filters;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>A seeded random draw.</summary>
/// <param name="Seed">Same seed, same content, same draw.</param>
/// <param name="Limit">How many to draw, 1 or more; fewer come back where fewer pass.</param>
/// <param name="Filter">Only demonstrations that pass; null for all.</param>
public sealed record SampleQuery(ulong Seed, int Limit, Filter? Filter = null)
{
    /// <summary>What to read of the demonstrations found.</summary>
    public MatchContent Content { get; init; }
}
