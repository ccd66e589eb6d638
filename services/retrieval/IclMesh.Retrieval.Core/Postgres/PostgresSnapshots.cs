using System.Text.Json;
using IclMesh.Retrieval.Core.Collections;
using Npgsql;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Compaction and snapshots: a snapshot is a copy of a collection's table.</summary>
/// <param name="database">The database.</param>
/// <param name="options">The store's settings.</param>
/// <param name="catalog">The collections.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class PostgresSnapshots(NpgsqlDataSource database, PostgresStoreOptions options, PostgresCatalog catalog, TimeProvider clock)
{
    /// <summary>Removes deleted rows for good.</summary>
    public async Task<long> CompactAsync(CollectionName name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var collection = await catalog.FindAsync(name, cancellationToken);
        await using var remove = connection.Command($"DELETE FROM {collection.Table} WHERE deleted");
        var removed = await remove.ExecuteNonQueryAsync(cancellationToken);
        await connection.RunAsync($"VACUUM {collection.Table}", cancellationToken);
        return removed;
    }

    /// <summary>Copies a collection's table.</summary>
    public async Task<SnapshotInfo> CreateAsync(CollectionName name, string snapshot, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var collection = await catalog.LockAsync(name, connection, cancellationToken);
        await using var insert = connection.Command(
            $"""
            INSERT INTO {options.Schema}.snapshots(namespace, collection, name, dimension, metric, text_index, model_id, model_version, attributes,
              created_at, revision, count)
            SELECT c.namespace, c.name, $2, c.dimension, c.metric, c.text_index, c.model_id, c.model_version, c.attributes, $3, c.revision,
              (SELECT count(*) FROM {collection.Table} WHERE NOT deleted)
            FROM {options.Schema}.collections c WHERE c.uid = $1 ON CONFLICT DO NOTHING RETURNING uid, count
            """,
            collection.Uid,
            snapshot,
            clock.GetUtcNow());
        long uid, count;
        await using (var reader = await insert.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                throw CollectionRules.Exists(name, $" with a snapshot '{snapshot}'");
            }

            (uid, count) = (reader.GetInt64(0), reader.GetInt64(1));
        }

        await connection.RunAsync(
            $"CREATE TABLE {Table(uid)} AS TABLE {collection.Table}; CREATE TABLE {Table(uid)}_changes AS TABLE {collection.Table}_changes",
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (await ListAsync(name, cancellationToken)).Single(info => info.Name == snapshot) with { Count = count };
    }

    /// <summary>The snapshots of a collection.</summary>
    public async Task<IReadOnlyList<SnapshotInfo>> ListAsync(CollectionName name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = connection.Command(
            $"SELECT name, created_at, revision, count FROM {options.Schema}.snapshots WHERE namespace = $1 AND collection = $2 ORDER BY name",
            name.Namespace,
            name.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<SnapshotInfo>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt64(2), reader.GetInt64(3)));
        }

        return found;
    }

    /// <summary>Deletes a snapshot; false where there is none.</summary>
    public async Task<bool> DeleteAsync(CollectionName name, string snapshot, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var remove = connection.Command(
            $"DELETE FROM {options.Schema}.snapshots WHERE namespace = $1 AND collection = $2 AND name = $3 RETURNING uid",
            name.Namespace,
            name.Name,
            snapshot);
        if (await remove.ExecuteScalarAsync(cancellationToken) is not long uid)
        {
            return false;
        }

        await connection.RunAsync($"DROP TABLE {Table(uid)}, {Table(uid)}_changes", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Makes a new collection of a snapshot.</summary>
    public async Task<CollectionInfo> RestoreAsync(
        CollectionName name, string snapshot, CollectionName target, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (uid, schema, attributes, revision) = await FindAsync(connection, name, snapshot, cancellationToken);
        CollectionRules.Check(target, schema, attributes);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var created = await catalog.InsertAsync(connection, target, schema, attributes, cancellationToken)
            ?? throw CollectionRules.Exists(target, "");
        await connection.RunAsync(
            $"INSERT INTO {catalog.Table(created)}({PostgresSql.Written}) SELECT {PostgresSql.Written} FROM {Table(uid)}; INSERT INTO {catalog.Table(created)}_changes SELECT * FROM {Table(uid)}_changes",
            cancellationToken);
        await using var state = connection.Command($"UPDATE {options.Schema}.collections SET revision = $1 WHERE uid = $2", revision, created);
        await state.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await catalog.DescribeAsync(await catalog.FindAsync(target, cancellationToken), cancellationToken);
    }

    private async Task<(long Uid, CollectionSchema Schema, IReadOnlyDictionary<string, string> Attributes, long Revision)> FindAsync(
        NpgsqlConnection connection, CollectionName name, string snapshot, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            $"""
            SELECT uid, dimension, metric, text_index, model_id, model_version, attributes::text, revision FROM {options.Schema}.snapshots
            WHERE namespace = $1 AND collection = $2 AND name = $3
            """,
            name.Namespace,
            name.Name,
            snapshot);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (
                reader.GetInt64(0),
                new(reader.GetInt32(1), Enum.Parse<VectorMetric>(reader.GetString(2)), reader.GetBoolean(3), new(reader.GetString(4), reader.GetString(5))),
                JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(6))!,
                reader.GetInt64(7))
            : throw MeshException.NotFound("snapshot", $"{name}:{snapshot}");
    }

    private string Table(long uid) => $"{options.Schema}.snapshot_{uid}";
}
