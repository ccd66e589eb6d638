namespace IclMesh.Retrieval.Core.Searching;

/// <summary>Which demonstrations to list.</summary>
/// <param name="PageSize">Most demonstrations of one page, 1 or more.</param>
/// <param name="PageToken">Empty for the first page.</param>
/// <param name="IncludeVectors">True returns the vectors as well.</param>
/// <param name="IncludeDeleted">True returns soft-deleted demonstrations as well.</param>
public sealed record ListQuery(int PageSize, string PageToken = "", bool IncludeVectors = false, bool IncludeDeleted = false);
