using System.Globalization;
using System.Text.Json;
using IclMesh.Retrieval.Core.Collections;
using Microsoft.Data.Sqlite;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>catalog.db: the collections of a store and the number that each one's folder is named by. Not safe for concurrent use.</summary>
internal sealed class Catalog : IDisposable
{
    private const string Columns = "uid, namespace, name, dimension, metric, text_index, model_id, model_version, attributes, created_at";

    private readonly SqliteConnection connection;
    private readonly SqliteCommand find;
    private readonly SqliteCommand listing;
    private readonly SqliteCommand insert;
    private readonly SqliteCommand remove;

    /// <summary>Opens the catalog and brings its schema up to date.</summary>
    /// <param name="path">catalog.db; created where missing.</param>
    public Catalog(string path)
    {
        connection = SqliteConnections.Open(path);
        try
        {
            SchemaMigrations.Apply(connection, SchemaMigrations.Catalog);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        find = connection.Prepare($"SELECT {Columns} FROM collections WHERE namespace = $n AND name = $name", "$n", "$name");
        listing = connection.Prepare(
            $"SELECT {Columns} FROM collections WHERE namespace = $n AND name > $after ORDER BY name LIMIT $limit", "$n", "$after", "$limit");
        insert = connection.Prepare(
            """
            INSERT INTO collections(namespace, name, dimension, metric, text_index, model_id, model_version, attributes, created_at)
            VALUES($n, $name, $dimension, $metric, $text, $model, $version, $attributes, $created) RETURNING uid
            """,
            "$n",
            "$name",
            "$dimension",
            "$metric",
            "$text",
            "$model",
            "$version",
            "$attributes",
            "$created");
        remove = connection.Prepare("DELETE FROM collections WHERE uid = $uid", "$uid");
    }

    /// <summary>The entry of a name; null where there is none.</summary>
    /// <param name="name">The name.</param>
    public CatalogEntry? Find(CollectionName name)
    {
        using var reader = find.With(name.Namespace, name.Name).ExecuteReader();
        return reader.Read() ? Read(reader) : null;
    }

    /// <summary>Entries by name.</summary>
    /// <param name="tenant">The namespace.</param>
    /// <param name="after">Only names greater than this one.</param>
    /// <param name="limit">Most entries.</param>
    public List<CatalogEntry> After(string tenant, string after, int limit)
    {
        using var reader = listing.With(tenant, after, limit).ExecuteReader();
        var entries = new List<CatalogEntry>();
        while (reader.Read())
        {
            entries.Add(Read(reader));
        }

        return entries;
    }

    /// <summary>Adds an entry once its files exist.</summary>
    /// <param name="name">Its name, new.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="attributes">Free facts about it.</param>
    /// <param name="createdAt">Now.</param>
    /// <param name="makeFiles">Makes the files; where it throws, nothing is added.</param>
    public CatalogEntry Add(
        CollectionName name,
        CollectionSchema schema,
        IReadOnlyDictionary<string, string> attributes,
        DateTimeOffset createdAt,
        Action<CatalogEntry> makeFiles)
    {
        using var transaction = connection.BeginTransaction();
        insert.Transaction = transaction;
        var uid = (long)insert.With(
            name.Namespace,
            name.Name,
            schema.Dimension,
            schema.Metric.ToString(),
            schema.TextIndex ? 1 : 0,
            schema.Model.Id,
            schema.Model.Version,
            JsonSerializer.Serialize(attributes),
            createdAt.ToString("O", CultureInfo.InvariantCulture)).ExecuteScalar()!;
        var entry = new CatalogEntry(uid, name, schema, attributes, createdAt);
        makeFiles(entry);
        transaction.Commit();
        return entry;
    }

    /// <summary>Removes an entry.</summary>
    /// <param name="entry">The entry.</param>
    public void Remove(CatalogEntry entry) => remove.With(entry.Uid).ExecuteNonQuery();

    /// <summary>The finished snapshots of a collection, by name.</summary>
    /// <param name="name">The collection, which may be gone.</param>
    public List<CatalogSnapshot> Snapshots(CollectionName name)
    {
        using var command = connection.Prepare(
            """
            SELECT uid, name, created_at, revision, count, dimension, metric, text_index, model_id, model_version, attributes FROM snapshots
            WHERE namespace = $n AND collection = $c AND complete = 1 ORDER BY name
            """,
            "$n",
            "$c");
        using var reader = command.With(name.Namespace, name.Name).ExecuteReader();
        var found = new List<CatalogSnapshot>();
        while (reader.Read())
        {
            found.Add(new(
                reader.GetInt64(0),
                new(reader.GetString(1), ReadTime(reader.GetString(2)), reader.GetInt64(3), reader.GetInt64(4)),
                new(
                    reader.GetInt32(5),
                    Enum.Parse<VectorMetric>(reader.GetString(6)),
                    reader.GetBoolean(7),
                    new(reader.GetString(8), reader.GetString(9))),
                JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(10))!));
        }

        return found;
    }

    /// <summary>Takes a name for a snapshot that is about to be made; one that was never finished gives its name up.</summary>
    /// <param name="name">The collection.</param>
    /// <param name="snapshot">The snapshot's name.</param>
    /// <exception cref="MeshException">A finished snapshot has that name.</exception>
    public long ReserveSnapshot(CollectionName name, string snapshot)
    {
        if (Snapshots(name).Exists(found => found.Info.Name == snapshot))
        {
            throw CollectionRules.Exists(name, $" with a snapshot '{snapshot}'");
        }

        using var drop = connection.Prepare("DELETE FROM snapshots WHERE namespace = $n AND collection = $c AND name = $s", "$n", "$c", "$s");
        drop.With(name.Namespace, name.Name, snapshot).ExecuteNonQuery();
        using var add = connection.Prepare(
            "INSERT INTO snapshots(namespace, collection, name, complete) VALUES($n, $c, $s, 0) RETURNING uid", "$n", "$c", "$s");
        return (long)add.With(name.Namespace, name.Name, snapshot).ExecuteScalar()!;
    }

    /// <summary>Makes a snapshot visible whose files are complete.</summary>
    /// <param name="uid">From <see cref="ReserveSnapshot"/>.</param>
    /// <param name="entry">The collection.</param>
    /// <param name="info">What it holds.</param>
    /// <returns>False where another attempt has taken the name meanwhile.</returns>
    public bool AddSnapshot(long uid, CatalogEntry entry, SnapshotInfo info)
    {
        using var command = connection.Prepare(
            """
            UPDATE snapshots SET dimension = $d, metric = $m, text_index = $t, model_id = $i, model_version = $v, attributes = $a,
              created_at = $at, revision = $r, count = $count, complete = 1 WHERE uid = $uid
            """,
            "$d",
            "$m",
            "$t",
            "$i",
            "$v",
            "$a",
            "$at",
            "$r",
            "$count",
            "$uid");
        return command.With(
            entry.Schema.Dimension,
            entry.Schema.Metric.ToString(),
            entry.Schema.TextIndex ? 1 : 0,
            entry.Schema.Model.Id,
            entry.Schema.Model.Version,
            JsonSerializer.Serialize(entry.Attributes),
            info.CreatedAt.ToString("O", CultureInfo.InvariantCulture),
            info.Revision,
            info.Count,
            uid).ExecuteNonQuery() > 0;
    }

    /// <summary>Removes a snapshot.</summary>
    /// <param name="uid">The snapshot.</param>
    public void RemoveSnapshot(long uid)
    {
        using var command = connection.Prepare("DELETE FROM snapshots WHERE uid = $uid", "$uid");
        command.With(uid).ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in (ReadOnlySpan<SqliteCommand>)[find, listing, insert, remove])
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    private static CatalogEntry Read(SqliteDataReader reader) => new(
        reader.GetInt64(0),
        new(reader.GetString(1), reader.GetString(2)),
        new(
            reader.GetInt32(3),
            Enum.Parse<VectorMetric>(reader.GetString(4)),
            reader.GetBoolean(5),
            new(reader.GetString(6), reader.GetString(7))),
        JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(8))!,
        ReadTime(reader.GetString(9)));

    private static DateTimeOffset ReadTime(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}
