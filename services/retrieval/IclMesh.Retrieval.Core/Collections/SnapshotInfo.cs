namespace IclMesh.Retrieval.Core.Collections;

/// <summary>A kept state of a collection.</summary>
/// <param name="Name">Its name, unique within the collection.</param>
/// <param name="CreatedAt">When it was taken, UTC.</param>
/// <param name="Revision">The collection's revision at that time.</param>
/// <param name="Count">Demonstrations that it holds.</param>
public sealed record SnapshotInfo(string Name, DateTimeOffset CreatedAt, long Revision, long Count);
