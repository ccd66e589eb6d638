using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <content>Change feed, compaction and snapshots.</content>
public sealed partial class SqliteDemonstrationStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<CollectionEvent>> ListChangesAsync(CollectionName name, long after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(Translated<IReadOnlyList<CollectionEvent>>(name.ToString(), () =>
        {
            using var reading = Opened(name).Read();
            return reading.Rows.Changes(after, limit);
        }));

    /// <inheritdoc/>
    public Task<long> CompactAsync(CollectionName name, CancellationToken cancellationToken) =>
        TranslatedAsync(name.ToString(), () => Opened(name).CompactAsync(cancellationToken));

    /// <inheritdoc/>
    public Task<SnapshotInfo> CreateSnapshotAsync(CollectionName name, string snapshot, CancellationToken cancellationToken)
    {
        CollectionRules.CheckSnapshot(snapshot);
        return TranslatedAsync(name.ToString(), async () =>
        {
            CatalogEntry entry;
            long uid;
            lock (guard)
            {
                entry = Entry(name);
                uid = catalog.ReserveSnapshot(name, snapshot);
            }

            // Copied before the catalog names it: a snapshot is there as a whole or not at all.
            var target = Emptied(SnapshotFolder(uid));
            var view = await Opened(name).CopyAsync(target, cancellationToken);
            var info = new SnapshotInfo(snapshot, clock.GetUtcNow(), view.State.Revision, view.Count);
            lock (guard)
            {
                catalog.AddSnapshot(uid, entry, info);
            }

            return info;
        });
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SnapshotInfo>> ListSnapshotsAsync(CollectionName name, CancellationToken cancellationToken) =>
        Task.FromResult(Translated<IReadOnlyList<SnapshotInfo>>(name.ToString(), () =>
        {
            lock (guard)
            {
                return [.. catalog.Snapshots(name).Select(found => found.Info)];
            }
        }));

    /// <inheritdoc/>
    public Task<bool> DeleteSnapshotAsync(CollectionName name, string snapshot, CancellationToken cancellationToken) =>
        Task.FromResult(Translated(name.ToString(), () =>
        {
            lock (guard)
            {
                if (catalog.Snapshots(name).FirstOrDefault(found => found.Info.Name == snapshot) is not { } existing)
                {
                    return false;
                }

                catalog.RemoveSnapshot(existing.Uid);
                Directory.Delete(SnapshotFolder(existing.Uid), recursive: true);
                return true;
            }
        }));

    /// <inheritdoc/>
    public Task<CollectionInfo> RestoreSnapshotAsync(
        CollectionName name, string snapshot, CollectionName target, CancellationToken cancellationToken) =>
        Task.FromResult(Translated(name.ToString(), () =>
        {
            lock (guard)
            {
                var found = catalog.Snapshots(name).FirstOrDefault(found => found.Info.Name == snapshot)
                    ?? throw MeshException.NotFound("snapshot", $"{name}:{snapshot}");
                CollectionRules.Check(target, found.Schema, found.Attributes);
                if (catalog.Find(target) is not null)
                {
                    throw CollectionRules.Exists(target, "");
                }

                return Describe(catalog.Add(target, found.Schema, found.Attributes, clock.GetUtcNow(), entry =>
                {
                    var files = Emptied(FolderOf(entry));
                    foreach (var file in Directory.GetFiles(SnapshotFolder(found.Uid)))
                    {
                        File.Copy(file, Path.Combine(files, Path.GetFileName(file)));
                    }

                    open[entry.Uid] = SqliteCollection.Open(files, target, found.Schema);
                }));
            }
        }));

    private static string Emptied(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        Directory.CreateDirectory(path);
        return path;
    }

    private string SnapshotFolder(long uid) => Path.Combine(folder, "snapshots", $"{uid}");
}
