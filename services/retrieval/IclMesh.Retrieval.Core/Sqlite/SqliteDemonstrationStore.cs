using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using Microsoft.Data.Sqlite;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Keeps everything in one folder: SQLite for rows and texts, memory-mapped files for vectors. One process at a time.</summary>
/// <remarks>The store's lock covers the catalog alone: opening, copying and deleting files of one collection holds up nobody else.</remarks>
public sealed partial class SqliteDemonstrationStore : IDemonstrationStore
{
    /// <summary>The name by which configuration picks this implementation.</summary>
    public const string StoreName = "sqlite";

    private const string CollectionsQuery = "collections";

    // EWOULDBLOCK, and the sharing violation: the only ways in which an open file says that another process has it.
    private const int LockedOnUnix = 11;
    private const int LockedOnWindows = unchecked((int)0x80070020);

    private readonly SqliteStoreOptions options;
    private readonly string folder;
    private readonly TimeProvider clock;
    private readonly FileStream folderLock;
    private readonly Catalog catalog;
    private readonly Lock guard = new();
    private readonly OpenCollections open;
    private readonly SearchGate searches;

    private SqliteDemonstrationStore(SqliteStoreOptions options, TimeProvider clock)
    {
        this.options = options;
        folder = Path.GetFullPath(options.Folder);
        this.clock = clock;
        folderLock = LockFolder(folder);
        try
        {
            // What a restoration left behind that did not end.
            if (Directory.Exists(TemporaryFolder))
            {
                Directory.Delete(TemporaryFolder, recursive: true);
            }

            catalog = new Catalog(Path.Combine(folder, "catalog.db"));
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }

        open = new(options.OpenCollections);
        searches = new(options.ConcurrentSearches, options.WaitingSearches);
    }

    /// <inheritdoc/>
    public string Name => StoreName;

    private string TemporaryFolder => Path.Combine(folder, "temporary");

    /// <summary>Opens the store of a folder.</summary>
    /// <param name="options">Where, and how much of the machine to use.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="MeshException">Another process uses the folder, it cannot be written, is corrupt, or newer than this build.</exception>
    public static SqliteDemonstrationStore Open(SqliteStoreOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            PrivateFiles.CreateFolder(options.Folder);
            return new SqliteDemonstrationStore(options, clock);
        }
        catch (Exception e) when (SqliteFailures.Translate(e, options.Folder) is { } failure)
        {
            throw failure;
        }
    }

    /// <inheritdoc/>
    public Task<CollectionInfo> CreateCollectionAsync(
        CollectionName name, CollectionSchema schema, IReadOnlyDictionary<string, string> attributes, CancellationToken cancellationToken)
    {
        CollectionRules.Check(name, schema, attributes);
        return RunAsync(name.ToString(), () =>
        {
            CatalogEntry entry;
            CollectionLease lease;
            lock (guard)
            {
                if (catalog.Find(name) is { } existing)
                {
                    CollectionRules.RequireSame(name, existing.Schema, existing.Attributes, schema, attributes);
                    (entry, lease) = (existing, Enlist(existing));
                }
                else
                {
                    entry = catalog.Add(
                        name, schema, attributes, clock.GetUtcNow(), added => SqliteCollection.Create(FolderOf(added), name, schema).Dispose());
                    lease = Enlist(entry);
                }
            }

            using (lease)
            {
                return Describe(entry, lease);
            }
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<CollectionInfo> GetCollectionAsync(CollectionName name, CancellationToken cancellationToken) => RunAsync(name.ToString(), () =>
    {
        using var lease = Rent(name, out var entry);
        return Describe(entry, lease);
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<CollectionInfo>> ListCollectionsAsync(string tenant, int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        CollectionName.CheckNamespace(tenant);
        var query = $"{CollectionsQuery}\n{tenant}";
        var after = PageToken.Read(query, pageToken);
        return RunAsync(CollectionsQuery, () =>
        {
            List<CatalogEntry> entries;
            List<CollectionLease> leases;
            lock (guard)
            {
                entries = catalog.After(tenant, after, pageSize + 1);
                leases = [.. entries.Take(pageSize).Select(Enlist)];
            }

            try
            {
                var items = new List<CollectionInfo>();
                foreach (var (entry, lease) in entries.Zip(leases))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    items.Add(Describe(entry, lease));
                    lease.Dispose();
                }

                return new Page<CollectionInfo>(items, entries.Count > pageSize ? PageToken.After(query, items[^1].Name.Name) : "");
            }
            finally
            {
                leases.ForEach(lease => lease.Dispose());
            }
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteCollectionAsync(CollectionName name, CancellationToken cancellationToken)
    {
        name.Check();
        return RunAsync(name.ToString(), async () =>
        {
            CatalogEntry? entry;
            Task closing;
            lock (guard)
            {
                entry = catalog.Find(name);
                if (entry is null)
                {
                    return false;
                }

                catalog.Remove(entry);
                closing = open.CloseAsync(entry.Uid);
            }

            await closing;
            Directory.Delete(FolderOf(entry), recursive: true);
            return true;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<WriteOutcome>> UpsertAsync(
        CollectionName name, IReadOnlyList<DemonstrationWrite> batch, CancellationToken cancellationToken) =>
        WriteAsync(name, batch, static (change, write) => change.Upsert(write), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WriteOutcome>> DeleteAsync(
        CollectionName name, IReadOnlyList<DemonstrationDeletion> deletions, CancellationToken cancellationToken)
    {
        WriteRules.CheckIds(deletions.Select(deletion => deletion.Id));
        return WriteAsync(name, deletions, static (change, deletion) => change.Delete(deletion), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (guard)
        {
            open.Dispose();
            catalog.Dispose();
            folderLock.Dispose();
            searches.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static FileStream LockFolder(string folder)
    {
        var path = Path.Combine(folder, "store.lock");
        try
        {
            PrivateFiles.Ensure(path);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is LockedOnUnix or LockedOnWindows)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition, ErrorReasons.StorageUnavailable, $"another process uses the store in '{folder}'", e);
        }
    }

    private static Task<T> RunAsync<T>(string what, Func<T> action, CancellationToken cancellationToken) =>
        RunAsync(what, () => Task.FromResult(action()), cancellationToken);

    private static async Task<T> RunAsync<T>(string what, Func<Task<T>> action, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await action();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteFailures.Interrupted)
        {
            throw new OperationCanceledException("the caller has left", e, cancellationToken);
        }
        catch (Exception e) when (SqliteFailures.Translate(e, what) is { } failure)
        {
            throw failure;
        }
    }

    private Task<IReadOnlyList<WriteOutcome>> WriteAsync<T>(
        CollectionName name, IReadOnlyList<T> batch, Action<CollectionChange, T> apply, CancellationToken cancellationToken) =>
        RunAsync(name.ToString(), async () =>
        {
            using var lease = Rent(name, out _);
            return await lease.Collection.WriteAsync(
                change =>
                {
                    foreach (var item in batch)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        apply(change, item);
                    }
                },
                cancellationToken);
        }, cancellationToken);

    /// <summary>Takes part in a collection, found and enlisted for in one step, so that it is not deleted in between.</summary>
    private CollectionLease Rent(CollectionName name, out CatalogEntry entry)
    {
        name.Check();
        lock (guard)
        {
            entry = catalog.Find(name) ?? throw MeshException.NotFound("collection", name.ToString());
            return Enlist(entry);
        }
    }

    private CollectionLease Enlist(CatalogEntry entry) =>
        open.Enlist(entry.Uid, () => SqliteCollection.Open(FolderOf(entry), entry.Name, entry.Schema));

    private static CollectionInfo Describe(CatalogEntry entry, CollectionLease lease)
    {
        var view = lease.Collection.View;
        return new(entry.Name, entry.Schema, entry.Attributes, entry.CreatedAt, view.Count, view.DeletedCount, view.State.Revision);
    }

    private string FolderOf(CatalogEntry entry) => Path.Combine(folder, "collections", $"{entry.Uid}");
}
