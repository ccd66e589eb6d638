using IclMesh.Retrieval.Core.Filters;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>A search by words: a demonstration matches that holds any of them.</summary>
/// <param name="Text">The query's text; cut into words as stored texts are.</param>
/// <param name="Limit">How many to find, 1 or more.</param>
/// <param name="Filter">Only demonstrations that pass; null for all.</param>
public sealed record TextQuery(string Text, int Limit, Filter? Filter = null)
{
    /// <summary>What to read of the demonstrations found.</summary>
    public MatchContent Content { get; init; }
}
