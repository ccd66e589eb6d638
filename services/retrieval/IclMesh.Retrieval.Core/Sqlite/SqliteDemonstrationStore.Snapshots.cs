using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <content>Compaction and snapshots.</content>
public sealed partial class SqliteDemonstrationStore
{
    /// <inheritdoc/>
    public Task<long> CompactAsync(CollectionName name, CancellationToken cancellationToken) => RunAsync(name.ToString(), async () =>
    {
        using var lease = Rent(name, out _);
        return await lease.Collection.CompactAsync(cancellationToken);
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<SnapshotInfo> CreateSnapshotAsync(CollectionName name, string snapshot, CancellationToken cancellationToken)
    {
        CollectionRules.CheckSnapshot(snapshot);
        return RunAsync(name.ToString(), async () =>
        {
            using var lease = Rent(name, out var entry);
            long uid;
            lock (guard)
            {
                uid = catalog.ReserveSnapshot(name, snapshot);
            }

            // Copied before the catalog names it: a snapshot is there as a whole or not at all.
            var target = SnapshotFiles.EmptyFolder(SnapshotFolder(uid));
            try
            {
                var view = await lease.Collection.CopyAsync(target, cancellationToken);
                var info = new SnapshotInfo(snapshot, clock.GetUtcNow(), view.State.Revision, view.Count);
                lock (guard)
                {
                    return catalog.AddSnapshot(uid, entry, info)
                        ? info
                        : throw new MeshException(
                            ErrorKind.Aborted, ErrorReasons.VersionConflict, $"snapshot '{snapshot}' of '{name}' was begun once more meanwhile");
                }
            }
            catch
            {
                Directory.Delete(target, recursive: true);
                throw;
            }
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SnapshotInfo>> ListSnapshotsAsync(CollectionName name, CancellationToken cancellationToken)
    {
        name.Check();
        return RunAsync<IReadOnlyList<SnapshotInfo>>(name.ToString(), () =>
        {
            lock (guard)
            {
                return [.. catalog.Snapshots(name).Select(found => found.Info)];
            }
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteSnapshotAsync(CollectionName name, string snapshot, CancellationToken cancellationToken)
    {
        name.Check();
        CollectionRules.CheckSnapshot(snapshot);
        return RunAsync(name.ToString(), () =>
        {
            CatalogSnapshot? existing;
            lock (guard)
            {
                existing = Find(name, snapshot);
                if (existing is not null)
                {
                    catalog.RemoveSnapshot(existing.Uid);
                }
            }

            if (existing is not null)
            {
                Directory.Delete(SnapshotFolder(existing.Uid), recursive: true);
            }

            return existing is not null;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<CollectionInfo> RestoreSnapshotAsync(
        CollectionName name, string snapshot, CollectionName target, CancellationToken cancellationToken)
    {
        name.Check();
        CollectionRules.CheckSnapshot(snapshot);
        return RunAsync(name.ToString(), async () =>
        {
            var found = Restorable(name, snapshot, target);
            var files = SnapshotFiles.EmptyFolder(Path.Combine(TemporaryFolder, $"{Guid.NewGuid():N}"));
            try
            {
                await CopyAsync(found, files, $"{name}:{snapshot}", cancellationToken);
                CatalogEntry entry;
                CollectionLease lease;
                lock (guard)
                {
                    RequireFree(target);
                    entry = catalog.Add(target, found.Schema, found.Attributes, clock.GetUtcNow(), added =>
                    {
                        // The number may have been given to an attempt that did not end.
                        Directory.Delete(SnapshotFiles.EmptyFolder(FolderOf(added)));
                        Directory.Move(files, FolderOf(added));
                    });
                    lease = Enlist(entry);
                }

                using (lease)
                {
                    return Describe(entry, lease);
                }
            }
            catch when (Directory.Exists(files))
            {
                Directory.Delete(files, recursive: true);
                throw;
            }
        }, cancellationToken);
    }

    private CatalogSnapshot Restorable(CollectionName name, string snapshot, CollectionName target)
    {
        lock (guard)
        {
            var found = Find(name, snapshot) ?? throw MeshException.NotFound("snapshot", $"{name}:{snapshot}");
            CollectionRules.Check(target, found.Schema, found.Attributes);
            RequireFree(target);
            return found;
        }
    }

    private async Task CopyAsync(CatalogSnapshot found, string files, string name, CancellationToken cancellationToken)
    {
        try
        {
            await SnapshotFiles.CopyAsync(SnapshotFolder(found.Uid), files, cancellationToken);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Deleted while it was copied.
            throw MeshException.NotFound("snapshot", name);
        }
    }

    private CatalogSnapshot? Find(CollectionName name, string snapshot) => catalog.Snapshots(name).Find(found => found.Info.Name == snapshot);

    private void RequireFree(CollectionName target)
    {
        if (catalog.Find(target) is not null)
        {
            throw CollectionRules.Exists(target, "");
        }
    }

    private string SnapshotFolder(long uid) => Path.Combine(folder, "snapshots", $"{uid}");
}
