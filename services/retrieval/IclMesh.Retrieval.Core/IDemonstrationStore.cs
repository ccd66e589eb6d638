using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core;

/// <summary>Keeps collections of labelled demonstrations and finds the nearest of them.</summary>
/// <remarks>
/// A write that has returned survives the end of the process at any moment; a batch is visible as a whole or not at all.
/// Every method throws <see cref="MeshException"/> with <see cref="ErrorKind.NotFound"/> where the collection does not exist.
/// </remarks>
public interface IDemonstrationStore : IAsyncDisposable
{
    /// <summary>The name by which configuration picks this implementation.</summary>
    string Name { get; }

    /// <summary>Creates an empty collection, or answers with the existing one where that is the same in everything.</summary>
    Task<CollectionInfo> CreateCollectionAsync(
        CollectionName name, CollectionSchema schema, IReadOnlyDictionary<string, string> attributes, CancellationToken cancellationToken);

    /// <summary>The collection as it stands.</summary>
    Task<CollectionInfo> GetCollectionAsync(CollectionName name, CancellationToken cancellationToken);

    /// <summary>The collections of a namespace, by name in code-point order.</summary>
    Task<Page<CollectionInfo>> ListCollectionsAsync(string tenant, int pageSize, string pageToken, CancellationToken cancellationToken);

    /// <summary>Deletes a collection with everything in it; false where there was none.</summary>
    Task<bool> DeleteCollectionAsync(CollectionName name, CancellationToken cancellationToken);

    /// <summary>Writes a batch in one transaction; an item that is refused does not stop the others. Items apply in order, as if each came alone.</summary>
    Task<IReadOnlyList<WriteOutcome>> UpsertAsync(
        CollectionName name, IReadOnlyList<DemonstrationWrite> batch, CancellationToken cancellationToken);

    /// <summary>Marks demonstrations deleted, in one transaction. An id that does not exist is reported unchanged.</summary>
    Task<IReadOnlyList<WriteOutcome>> DeleteAsync(
        CollectionName name, IReadOnlyList<DemonstrationDeletion> deletions, CancellationToken cancellationToken);

    /// <summary>Those of the ids that exist, with vectors, in the order asked for.</summary>
    Task<IReadOnlyList<Demonstration>> GetAsync(CollectionName name, IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>Demonstrations by id in code-point order.</summary>
    Task<Page<Demonstration>> ListAsync(CollectionName name, ListQuery query, CancellationToken cancellationToken);

    /// <summary>Demonstrations per label.</summary>
    Task<IReadOnlyDictionary<string, long>> CountLabelsAsync(CollectionName name, CancellationToken cancellationToken);

    /// <summary>The nearest demonstrations of each query; answers are in the queries' order and read one state of the collection.</summary>
    Task<IReadOnlyList<VectorMatches>> SearchAsync(
        CollectionName name, IReadOnlyList<VectorQuery> queries, CancellationToken cancellationToken);

    /// <summary>The demonstrations whose texts share the most telling words with the query, by the store's full-text score.</summary>
    Task<TextMatches> SearchTextAsync(CollectionName name, TextQuery query, CancellationToken cancellationToken);

    /// <summary>Distinct demonstrations drawn by <see cref="Selection.SeededDraw"/>, in drawing order.</summary>
    Task<IReadOnlyList<Demonstration>> SampleAsync(CollectionName name, SampleQuery query, CancellationToken cancellationToken);

    /// <summary>The change feed behind a revision, oldest first.</summary>
    Task<IReadOnlyList<CollectionEvent>> ListChangesAsync(CollectionName name, long after, int limit, CancellationToken cancellationToken);

    /// <summary>Removes deleted and replaced demonstrations for good; answers how many rows that were.</summary>
    Task<long> CompactAsync(CollectionName name, CancellationToken cancellationToken);

    /// <summary>Keeps the present state under a new name.</summary>
    Task<SnapshotInfo> CreateSnapshotAsync(CollectionName name, string snapshot, CancellationToken cancellationToken);

    /// <summary>The snapshots of a collection by name; they outlive it.</summary>
    Task<IReadOnlyList<SnapshotInfo>> ListSnapshotsAsync(CollectionName name, CancellationToken cancellationToken);

    /// <summary>Deletes a snapshot; false where there was none.</summary>
    Task<bool> DeleteSnapshotAsync(CollectionName name, string snapshot, CancellationToken cancellationToken);

    /// <summary>Makes a new collection of a snapshot; one of the target's name must not exist.</summary>
    Task<CollectionInfo> RestoreSnapshotAsync(
        CollectionName name, string snapshot, CollectionName target, CancellationToken cancellationToken);
}
