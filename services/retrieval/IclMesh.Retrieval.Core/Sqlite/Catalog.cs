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
        DateTimeOffset.Parse(reader.GetString(9), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));
}
