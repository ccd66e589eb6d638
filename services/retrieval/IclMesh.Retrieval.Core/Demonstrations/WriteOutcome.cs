namespace IclMesh.Retrieval.Core.Demonstrations;

/// <summary>What became of one item of a batch.</summary>
/// <param name="Id">The demonstration's id.</param>
/// <param name="Kind">What was done.</param>
/// <param name="Version">The version that is stored now; 0 where there is none.</param>
/// <param name="Error">Why the item was refused; null otherwise.</param>
public sealed record WriteOutcome(string Id, WriteKind Kind, long Version, MeshException? Error = null);
