using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Keeps everything in one folder: SQLite for rows and texts, memory-mapped files for vectors. One process at a time.</summary>
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
    private readonly Dictionary<long, SqliteCollection> open = [];

    private SqliteDemonstrationStore(SqliteStoreOptions options, TimeProvider clock)
    {
        this.options = options;
        folder = Path.GetFullPath(options.Folder);
        this.clock = clock;
        folderLock = LockFolder(folder);
        try
        {
            catalog = new Catalog(Path.Combine(folder, "catalog.db"));
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name => StoreName;

    /// <summary>Opens the store of a folder.</summary>
    /// <param name="options">Where, and how much of the machine to use.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="MeshException">Another process uses the folder, it cannot be written, is corrupt, or newer than this build.</exception>
    public static SqliteDemonstrationStore Open(SqliteStoreOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Translated(options.Folder, () =>
        {
            Directory.CreateDirectory(options.Folder);
            return new SqliteDemonstrationStore(options, clock);
        });
    }

    /// <inheritdoc/>
    public Task<CollectionInfo> CreateCollectionAsync(
        CollectionName name, CollectionSchema schema, IReadOnlyDictionary<string, string> attributes, CancellationToken cancellationToken)
    {
        CollectionRules.Check(name, schema, attributes);
        return Task.FromResult(Translated(name.ToString(), () =>
        {
            lock (guard)
            {
                if (catalog.Find(name) is { } existing)
                {
                    CollectionRules.RequireSame(name, existing.Schema, existing.Attributes, schema, attributes);
                    return Describe(existing);
                }

                return Describe(catalog.Add(
                    name,
                    schema,
                    attributes,
                    clock.GetUtcNow(),
                    entry => open[entry.Uid] = SqliteCollection.Create(FolderOf(entry), name, schema)));
            }
        }));
    }

    /// <inheritdoc/>
    public Task<CollectionInfo> GetCollectionAsync(CollectionName name, CancellationToken cancellationToken) =>
        Task.FromResult(Translated(name.ToString(), () =>
        {
            lock (guard)
            {
                return Describe(Entry(name));
            }
        }));

    /// <inheritdoc/>
    public Task<Page<CollectionInfo>> ListCollectionsAsync(string tenant, int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        var query = $"{CollectionsQuery}\n{tenant}";
        var after = PageToken.Read(query, pageToken) ?? "";
        return Task.FromResult(Translated(CollectionsQuery, () =>
        {
            lock (guard)
            {
                var entries = catalog.After(tenant, after, pageSize + 1);
                var next = entries.Count > pageSize ? PageToken.After(query, entries[pageSize - 1].Name.Name) : "";
                return new Page<CollectionInfo>([.. entries.Take(pageSize).Select(Describe)], next);
            }
        }));
    }

    /// <inheritdoc/>
    public Task<bool> DeleteCollectionAsync(CollectionName name, CancellationToken cancellationToken) => Translated(name.ToString(), () =>
    {
        lock (guard)
        {
            if (catalog.Find(name) is not { } entry)
            {
                return Task.FromResult(false);
            }

            catalog.Remove(entry);
            if (open.Remove(entry.Uid, out var collection))
            {
                collection.Dispose();
            }

            Directory.Delete(FolderOf(entry), recursive: true);
            return Task.FromResult(true);
        }
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<WriteOutcome>> UpsertAsync(
        CollectionName name, IReadOnlyList<DemonstrationWrite> batch, CancellationToken cancellationToken) =>
        WriteAsync(name, batch, static (change, write) => change.Upsert(write), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WriteOutcome>> DeleteAsync(
        CollectionName name, IReadOnlyList<DemonstrationDeletion> deletions, CancellationToken cancellationToken) =>
        WriteAsync(name, deletions, static (change, deletion) => change.Delete(deletion), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (guard)
        {
            foreach (var collection in open.Values)
            {
                collection.Dispose();
            }

            open.Clear();
            catalog.Dispose();
            folderLock.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static FileStream LockFolder(string folder)
    {
        var path = Path.Combine(folder, "store.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is LockedOnUnix or LockedOnWindows)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition, ErrorReasons.StorageUnavailable, $"another process uses the store in '{folder}'", e);
        }
    }

    private static T Translated<T>(string what, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (SqliteFailures.Translate(e, what) is { } failure)
        {
            throw failure;
        }
    }

    private static async Task<T> TranslatedAsync<T>(string what, Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (SqliteFailures.Translate(e, what) is { } failure)
        {
            throw failure;
        }
    }

    private Task<IReadOnlyList<WriteOutcome>> WriteAsync<T>(
        CollectionName name, IReadOnlyList<T> batch, Action<CollectionChange, T> apply, CancellationToken cancellationToken) =>
        TranslatedAsync(name.ToString(), () => Opened(name).WriteAsync(
            change =>
            {
                foreach (var item in batch)
                {
                    apply(change, item);
                }
            },
            cancellationToken));

    private CatalogEntry Entry(CollectionName name) => catalog.Find(name) ?? throw MeshException.NotFound("collection", name.ToString());

    private SqliteCollection Opened(CollectionName name)
    {
        lock (guard)
        {
            return Opened(Entry(name));
        }
    }

    private SqliteCollection Opened(CatalogEntry entry)
    {
        if (!open.TryGetValue(entry.Uid, out var collection))
        {
            collection = SqliteCollection.Open(FolderOf(entry), entry.Name, entry.Schema);
            open.Add(entry.Uid, collection);
        }

        return collection;
    }

    private CollectionInfo Describe(CatalogEntry entry)
    {
        var view = Opened(entry).View;
        return new(entry.Name, entry.Schema, entry.Attributes, entry.CreatedAt, view.Count, view.DeletedCount, view.State.Revision);
    }

    private string FolderOf(CatalogEntry entry) => Path.Combine(folder, "collections", $"{entry.Uid}");
}
