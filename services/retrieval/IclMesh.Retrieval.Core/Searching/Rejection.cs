namespace IclMesh.Retrieval.Core.Searching;

/// <summary>A candidate that was not chosen although its score would have allowed it.</summary>
/// <param name="Id">The candidate.</param>
/// <param name="Reason">Why.</param>
/// <param name="Value">The measure behind the reason, such as the cosine of a near-duplicate; 0 where there is none.</param>
public sealed record Rejection(string Id, RejectionReason Reason, double Value = 0);
