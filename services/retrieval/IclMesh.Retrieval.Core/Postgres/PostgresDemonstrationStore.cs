using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Searching;
using Npgsql;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Keeps everything in PostgreSQL with pgvector; any number of processes may use the same database.</summary>
public sealed class PostgresDemonstrationStore : IDemonstrationStore
{
    /// <summary>The name by which configuration picks this implementation.</summary>
    public const string StoreName = "postgres";

    // What pgvector's type and its HNSW index take.
    private const int MaxDimension = 16_000;
    private const int MaxIndexedDimension = 2_000;

    private readonly PostgresStoreOptions options;
    private readonly NpgsqlDataSource database;
    private readonly PostgresCatalog catalog;
    private readonly PostgresSearch search;
    private readonly PostgresNearest nearest;
    private readonly PostgresSnapshots snapshots;

    private PostgresDemonstrationStore(NpgsqlDataSource database, PostgresStoreOptions options, TimeProvider clock)
    {
        this.options = options;
        this.database = database;
        catalog = new(database, options, clock);
        search = new(database);
        nearest = new(database, catalog, options);
        snapshots = new(database, options, catalog, clock);
    }

    /// <inheritdoc/>
    public string Name => StoreName;

    /// <summary>Opens the store of a database and brings its schema up to date.</summary>
    /// <param name="options">Where, and how to search.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="MeshException">The database does not answer or is newer than this build.</exception>
    public static PostgresDemonstrationStore Open(PostgresStoreOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            PostgresSchema.Migrate(options);
            var builder = new NpgsqlDataSourceBuilder(options.ConnectionString);
            builder.UseVector();
            return new PostgresDemonstrationStore(builder.Build(), options, clock);
        }
        catch (NpgsqlException e) when (PostgresFailures.Translate(e) is { } failure)
        {
            throw failure;
        }
    }

    /// <inheritdoc/>
    public Task<CollectionInfo> CreateCollectionAsync(
        CollectionName name, CollectionSchema schema, IReadOnlyDictionary<string, string> attributes, CancellationToken cancellationToken)
    {
        CollectionRules.Check(name, schema, attributes);
        CheckDimension(schema.Dimension);
        return TranslatedAsync(() => catalog.CreateAsync(name, schema, attributes, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<CollectionInfo> GetCollectionAsync(CollectionName name, CancellationToken cancellationToken) =>
        TranslatedAsync(async () => await catalog.DescribeAsync(await catalog.FindAsync(name, cancellationToken), cancellationToken));

    /// <inheritdoc/>
    public Task<Page<CollectionInfo>> ListCollectionsAsync(string tenant, int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        CollectionName.CheckNamespace(tenant);
        return TranslatedAsync(() => catalog.ListAsync(tenant, pageSize, pageToken, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<bool> DeleteCollectionAsync(CollectionName name, CancellationToken cancellationToken)
    {
        name.Check();
        return TranslatedAsync(() => catalog.DeleteAsync(name, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<WriteOutcome>> UpsertAsync(
        CollectionName name, IReadOnlyList<DemonstrationWrite> batch, CancellationToken cancellationToken) =>
        WriteAsync(name, batch, (change, items, token) => change.UpsertAsync(items, token), write => write.Demonstration.Id, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WriteOutcome>> DeleteAsync(
        CollectionName name, IReadOnlyList<DemonstrationDeletion> deletions, CancellationToken cancellationToken)
    {
        WriteRules.CheckIds(deletions.Select(deletion => deletion.Id));
        return WriteAsync(name, deletions, (change, items, token) => change.DeleteAsync(items, token), deletion => deletion.Id, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Demonstration>> GetAsync(CollectionName name, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        WriteRules.CheckIds(ids);
        return TranslatedAsync(async () => await search.GetAsync(await catalog.FindAsync(name, cancellationToken), ids, MatchContent.Whole, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<Page<Demonstration>> ListAsync(CollectionName name, ListQuery query, CancellationToken cancellationToken) =>
        TranslatedAsync(async () => await search.ListAsync(await catalog.FindAsync(name, cancellationToken), query, cancellationToken));

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, long>> CountLabelsAsync(CollectionName name, CancellationToken cancellationToken) =>
        TranslatedAsync(async () => await search.CountLabelsAsync(await catalog.FindAsync(name, cancellationToken), cancellationToken));

    /// <inheritdoc/>
    public Task<IReadOnlyList<VectorMatches>> SearchAsync(
        CollectionName name, IReadOnlyList<VectorQuery> queries, CancellationToken cancellationToken) => TranslatedAsync(async () =>
    {
        var collection = await catalog.FindAsync(name, cancellationToken);
        QueryRules.Check(queries, collection.Schema);
        return await nearest.SearchAsync(collection, queries, cancellationToken);
    });

    /// <inheritdoc/>
    public Task<TextMatches> SearchTextAsync(CollectionName name, TextQuery query, CancellationToken cancellationToken) => TranslatedAsync(async () =>
    {
        var collection = await catalog.FindAsync(name, cancellationToken);
        QueryRules.Check(query, collection.Schema);
        return await search.TextAsync(collection, query, cancellationToken);
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<Demonstration>> SampleAsync(CollectionName name, SampleQuery query, CancellationToken cancellationToken) =>
        TranslatedAsync(async () => await search.DrawAsync(await catalog.FindAsync(name, cancellationToken), query, cancellationToken));

    /// <inheritdoc/>
    public Task<IReadOnlyList<CollectionEvent>> ListChangesAsync(CollectionName name, long after, int limit, CancellationToken cancellationToken) =>
        TranslatedAsync(async () => await search.ChangesAsync(await catalog.FindAsync(name, cancellationToken), after, limit, cancellationToken));

    /// <inheritdoc/>
    public Task<long> CompactAsync(CollectionName name, CancellationToken cancellationToken) =>
        TranslatedAsync(() => snapshots.CompactAsync(name, cancellationToken));

    /// <inheritdoc/>
    public Task<SnapshotInfo> CreateSnapshotAsync(CollectionName name, string snapshot, CancellationToken cancellationToken)
    {
        CollectionRules.CheckSnapshot(snapshot);
        return TranslatedAsync(() => snapshots.CreateAsync(name, snapshot, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SnapshotInfo>> ListSnapshotsAsync(CollectionName name, CancellationToken cancellationToken)
    {
        name.Check();
        return TranslatedAsync(() => snapshots.ListAsync(name, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<bool> DeleteSnapshotAsync(CollectionName name, string snapshot, CancellationToken cancellationToken)
    {
        name.Check();
        CollectionRules.CheckSnapshot(snapshot);
        return TranslatedAsync(() => snapshots.DeleteAsync(name, snapshot, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<CollectionInfo> RestoreSnapshotAsync(
        CollectionName name, string snapshot, CollectionName target, CancellationToken cancellationToken)
    {
        name.Check();
        CollectionRules.CheckSnapshot(snapshot);
        return TranslatedAsync(() => snapshots.RestoreAsync(name, snapshot, target, cancellationToken));
    }

    /// <summary>The recall that was measured in the background so far; null where no check has finished.</summary>
    /// <param name="name">The collection.</param>
    /// <param name="filtered">True for searches with a filter, false for those without.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<RecallEstimate?> RecallAsync(CollectionName name, bool filtered, CancellationToken cancellationToken) =>
        TranslatedAsync(async () => nearest.Recall(await catalog.FindAsync(name, cancellationToken), filtered));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await nearest.DisposeAsync();
        await database.DisposeAsync();
    }

    private static async Task<T> TranslatedAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (NpgsqlException e) when (PostgresFailures.Translate(e) is { } failure)
        {
            throw failure;
        }
    }

    private void CheckDimension(int dimension)
    {
        var rules = new RequestRules();
        rules.InRange("dimension", dimension, 1, options.Approximate ? MaxIndexedDimension : MaxDimension);
        rules.ThrowIfBroken();
    }

    private Task<IReadOnlyList<WriteOutcome>> WriteAsync<T>(
        CollectionName name,
        IReadOnlyList<T> batch,
        Func<PostgresChange, IReadOnlyList<T>, CancellationToken, Task> apply,
        Func<T, string> id,
        CancellationToken cancellationToken) => TranslatedAsync(async () =>
    {
        try
        {
            return await InTransactionAsync(name, (connection, collection) => ApplyAsync(connection, collection, batch, apply, cancellationToken), cancellationToken);
        }
        catch (PostgresException e) when (PostgresFailures.IsRefusal(e))
        {
            // The database refuses something that passed our rules: the items are written one by one, so that only the refused one fails.
            return await InTransactionAsync(
                name, (connection, collection) => ApplySinglyAsync(connection, collection, batch, apply, id, cancellationToken), cancellationToken);
        }
    });

    private async Task<T> InTransactionAsync<T>(
        CollectionName name, Func<NpgsqlConnection, PostgresCollection, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Locked for the transaction: writers of one collection follow one another, as revisions do.
        var result = await write(connection, await catalog.LockAsync(name, connection, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    private static async Task<IReadOnlyList<WriteOutcome>> ApplyAsync<T>(
        NpgsqlConnection connection,
        PostgresCollection collection,
        IReadOnlyList<T> batch,
        Func<PostgresChange, IReadOnlyList<T>, CancellationToken, Task> apply,
        CancellationToken cancellationToken)
    {
        var change = new PostgresChange(connection, collection);
        await apply(change, batch, cancellationToken);
        await change.FinishAsync(cancellationToken);
        return change.Outcomes;
    }

    private async Task<IReadOnlyList<WriteOutcome>> ApplySinglyAsync<T>(
        NpgsqlConnection connection,
        PostgresCollection collection,
        IReadOnlyList<T> batch,
        Func<PostgresChange, IReadOnlyList<T>, CancellationToken, Task> apply,
        Func<T, string> id,
        CancellationToken cancellationToken)
    {
        var outcomes = new List<WriteOutcome>(batch.Count);
        foreach (var item in batch)
        {
            await connection.RunAsync("SAVEPOINT item", cancellationToken);
            try
            {
                var current = await catalog.FindAsync(collection.Name, connection, cancellationToken);
                outcomes.AddRange(await ApplyAsync(connection, current, [item], apply, cancellationToken));
                await connection.RunAsync("RELEASE SAVEPOINT item", cancellationToken);
            }
            catch (PostgresException e) when (PostgresFailures.IsRefusal(e))
            {
                await connection.RunAsync("ROLLBACK TO SAVEPOINT item", cancellationToken);
                outcomes.Add(new(id(item), WriteKind.Refused, 0, PostgresFailures.Translate(e)));
            }
        }

        return outcomes;
    }
}
