namespace IclMesh.Retrieval.Core;

/// <summary>One page of a listing.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">The items, in the listing's order.</param>
/// <param name="NextPageToken">Continues the listing; empty at its end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string NextPageToken);
