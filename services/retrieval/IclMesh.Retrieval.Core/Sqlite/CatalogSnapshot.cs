using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>One snapshot of the catalog; it outlives its collection.</summary>
/// <param name="Uid">The name of its folder.</param>
/// <param name="Info">What callers see.</param>
/// <param name="Schema">The collection's schema.</param>
/// <param name="Attributes">The collection's attributes.</param>
internal sealed record CatalogSnapshot(
    long Uid, SnapshotInfo Info, CollectionSchema Schema, IReadOnlyDictionary<string, string> Attributes);
