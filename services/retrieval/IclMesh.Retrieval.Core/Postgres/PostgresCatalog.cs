using System.Text.Json;
using IclMesh.Retrieval.Core.Collections;
using Npgsql;
using NpgsqlTypes;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>The collections of a database.</summary>
/// <param name="database">The database.</param>
/// <param name="options">The store's settings.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class PostgresCatalog(NpgsqlDataSource database, PostgresStoreOptions options, TimeProvider clock)
{
    private const string Columns =
        "uid, namespace, name, dimension, metric, text_index, model_id, model_version, attributes::text, created_at, revision";

    /// <summary>Creates a collection, or answers with the existing one where that is the same in everything.</summary>
    public async Task<CollectionInfo> CreateAsync(
        CollectionName name, CollectionSchema schema, IReadOnlyDictionary<string, string> attributes, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await InsertAsync(connection, name, schema, attributes, cancellationToken) is null)
        {
            var existing = await FindAsync(name, cancellationToken);
            CollectionRules.RequireSame(name, existing.Schema, existing.Attributes, schema, attributes);
            return await DescribeAsync(existing, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return await DescribeAsync(await FindAsync(name, cancellationToken), cancellationToken);
    }

    /// <summary>Adds a collection with its tables, within the connection's transaction.</summary>
    /// <returns>Its number, or null where the name is taken.</returns>
    public async Task<long?> InsertAsync(
        NpgsqlConnection connection,
        CollectionName name,
        CollectionSchema schema,
        IReadOnlyDictionary<string, string> attributes,
        CancellationToken cancellationToken)
    {
        await using var insert = connection.Command(
            $"""
            INSERT INTO {options.Schema}.collections(namespace, name, dimension, metric, text_index, model_id, model_version, attributes, created_at)
            VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING uid
            """,
            name.Namespace,
            name.Name,
            schema.Dimension,
            schema.Metric.ToString(),
            schema.TextIndex,
            schema.Model.Id,
            schema.Model.Version,
            JsonSerializer.Serialize(attributes),
            clock.GetUtcNow());
        insert.Parameters[7].NpgsqlDbType = NpgsqlDbType.Jsonb;
        if (await insert.ExecuteScalarAsync(cancellationToken) is not long uid)
        {
            return null;
        }

        var table = Table(uid);
        await connection.RunAsync(PostgresSql.CreateTable(table, schema.Dimension), cancellationToken);
        if (schema.TextIndex)
        {
            await connection.RunAsync(PostgresSql.CreateTextIndex(table), cancellationToken);
        }

        if (options.Approximate)
        {
            await connection.RunAsync(
                $"CREATE INDEX ON {table} USING hnsw (vector {PostgresNearest.OperatorClass(schema.Metric)}) WITH (ef_construction = {options.BuildWidth})", cancellationToken);
        }

        return uid;
    }

    /// <summary>Qualified name of a collection's table.</summary>
    /// <param name="uid">The collection.</param>
    public string Table(long uid) => $"{options.Schema}.demonstrations_{uid}";

    /// <summary>A collection by name.</summary>
    public async Task<PostgresCollection> FindAsync(CollectionName name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(name, connection, cancellationToken);
    }

    /// <summary>A collection by name, as the connection's transaction sees it.</summary>
    public Task<PostgresCollection> FindAsync(CollectionName name, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        FindAsync(name, connection, "", cancellationToken);

    /// <summary>A collection by name, locked until the transaction ends.</summary>
    public Task<PostgresCollection> LockAsync(CollectionName name, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        FindAsync(name, connection, "FOR UPDATE", cancellationToken);

    /// <summary>A collection with its counts.</summary>
    public async Task<CollectionInfo> DescribeAsync(PostgresCollection collection, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var count = connection.Command($"SELECT count(*) FILTER (WHERE NOT deleted), count(*) FILTER (WHERE deleted) FROM {collection.Table}");
        await using var reader = await count.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new(
            collection.Name,
            collection.Schema,
            collection.Attributes,
            collection.CreatedAt,
            reader.GetInt64(0),
            reader.GetInt64(1),
            collection.Revision);
    }

    /// <summary>The collections of a namespace.</summary>
    public async Task<Page<CollectionInfo>> ListAsync(string tenant, int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        var query = $"collections\n{tenant}";
        var after = PageToken.Read(query, pageToken);
        var found = new List<PostgresCollection>();
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            await using var command = connection.Command(
                $"SELECT {Columns} FROM {options.Schema}.collections WHERE namespace = $1 AND name > $2 ORDER BY name LIMIT $3",
                tenant,
                after,
                pageSize + 1);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                found.Add(Read(reader));
            }
        }

        var items = new List<CollectionInfo>();
        foreach (var collection in found.Take(pageSize))
        {
            items.Add(await DescribeAsync(collection, cancellationToken));
        }

        return new(items, found.Count > pageSize ? PageToken.After(query, found[pageSize - 1].Name.Name) : "");
    }

    /// <summary>Deletes a collection; false where there is none.</summary>
    public async Task<bool> DeleteAsync(CollectionName name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var remove = connection.Command(
            $"DELETE FROM {options.Schema}.collections WHERE namespace = $1 AND name = $2 RETURNING uid", name.Namespace, name.Name);
        if (await remove.ExecuteScalarAsync(cancellationToken) is not long uid)
        {
            return false;
        }

        await connection.RunAsync($"DROP TABLE {Table(uid)}, {Table(uid)}_changes", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task<PostgresCollection> FindAsync(
        CollectionName name, NpgsqlConnection connection, string locking, CancellationToken cancellationToken)
    {
        name.Check();
        await using var command = connection.Command(
            $"SELECT {Columns} FROM {options.Schema}.collections WHERE namespace = $1 AND name = $2 {locking}", name.Namespace, name.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : throw MeshException.NotFound("collection", name.ToString());
    }

    private PostgresCollection Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        Table(reader.GetInt64(0)),
        new(reader.GetString(1), reader.GetString(2)),
        new(reader.GetInt32(3), Enum.Parse<VectorMetric>(reader.GetString(4)), reader.GetBoolean(5), new(reader.GetString(6), reader.GetString(7))),
        JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(8))!,
        reader.GetFieldValue<DateTimeOffset>(9),
        reader.GetInt64(10));
}
