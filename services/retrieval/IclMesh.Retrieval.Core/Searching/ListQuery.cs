using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Filters;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>Which demonstrations to list.</summary>
/// <param name="PageSize">Most demonstrations of one page, 1 or more.</param>
/// <param name="PageToken">Empty for the first page.</param>
/// <param name="IncludeVectors">True returns the vectors as well.</param>
/// <param name="IncludeDeleted">True returns soft-deleted demonstrations as well.</param>
/// <param name="Filter">Only demonstrations that pass; null for all.</param>
public sealed record ListQuery(
    int PageSize, string PageToken = "", bool IncludeVectors = false, bool IncludeDeleted = false, Filter? Filter = null)
{
    /// <summary>False leaves the texts out.</summary>
    public bool IncludeTexts { get; init; } = true;

    /// <summary>Leaves out what was not asked for.</summary>
    /// <param name="demonstration">A demonstration as it was read.</param>
    internal Demonstration Reduce(Demonstration demonstration) => IncludeVectors ? demonstration : demonstration with { Vector = [] };

    /// <summary>Everything that decides what is listed, for binding page tokens.</summary>
    /// <param name="collection">The collection.</param>
    internal string Binding(CollectionName collection) => $"demonstrations\n{collection}\n{IncludeDeleted}\n{Filter?.Text}";
}
