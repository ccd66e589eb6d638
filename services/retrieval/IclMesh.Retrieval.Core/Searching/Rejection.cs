namespace IclMesh.Retrieval.Core.Searching;

/// <summary>A candidate that was not chosen although its score would have allowed it.</summary>
/// <param name="Id">The candidate.</param>
/// <param name="Reason">Why.</param>
/// <param name="Similarity">Its score for the query under the collection's metric.</param>
/// <param name="Of">The chosen demonstration that it nearly equals; empty for other reasons.</param>
public sealed record Rejection(string Id, RejectionReason Reason, float Similarity, string Of = "");
