using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Texts;
using Npgsql;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Brings the tables of collections and snapshots from the second schema version to the third, and indexes their texts by <see cref="TextWords"/>.</summary>
internal static class PostgresConversion
{
    /// <summary>The version of the schema that is converted.</summary>
    public const int Version = 2;

    private const int BatchRows = 200;

    /// <summary>Converts all tables, within the connection's transaction.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="schema">The store's schema.</param>
    public static void Run(NpgsqlConnection connection, string schema)
    {
        foreach (var (table, textIndex) in Tables(connection, schema, "collections", "demonstrations_"))
        {
            Convert(connection, table, textIndex);
            foreach (var index in Names(connection, $"SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = '{table}'::regclass AND indexprs IS NOT NULL"))
            {
                connection.Run($"DROP INDEX {index}");
            }

            if (textIndex)
            {
                connection.Run(PostgresSql.CreateTextIndex(table));
            }
        }

        foreach (var (table, textIndex) in Tables(connection, schema, "snapshots", "snapshot_"))
        {
            Convert(connection, table, textIndex);
        }
    }

    private static void Convert(NpgsqlConnection connection, string table, bool textIndex)
    {
        connection.Run($"""
            ALTER TABLE {table} RENAME COLUMN content TO checksum;
            ALTER TABLE {table} ADD COLUMN brief bigint, ADD COLUMN text_bytes bigint, ADD COLUMN text_key bigint, ADD COLUMN digest bytea, ADD COLUMN words tsvector
            """);
        var after = "";
        while (Batch(connection, table, after) is { Count: > 0 } rows)
        {
            DemonstrationContent[] contents = [.. rows.Select(row => DemonstrationContent.Of(
                row, DemonstrationCodec.WriteMetadata(row.Metadata), DemonstrationCodec.WriteDistribution(row.LabelDistribution), row.Vector))];
            using var update = connection.Command(
                $"""
                UPDATE {table} t SET brief = n.brief, text_bytes = n.text_bytes, text_key = n.text_key, digest = n.digest, words = n.words::tsvector
                FROM unnest($1, $2, $3, $4, $5, $6) AS n(id, brief, text_bytes, text_key, digest, words) WHERE t.id = n.id
                """,
                rows.Select(row => row.Id).ToArray(),
                contents.Select(content => content.Brief).ToArray(),
                contents.Select(content => content.TextBytes).ToArray(),
                contents.Select(content => content.TextKey).ToArray(),
                contents.Select(content => content.Digest).ToArray(),
                rows.Select(row => textIndex ? TextIndexEntry.Vector(row.Text) : null).ToArray());
            update.ExecuteNonQuery();
            after = rows[^1].Id;
        }

        connection.Run(string.Join(
            "; ", ((string[])["brief", "text_bytes", "text_key", "digest"]).Select(column => $"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL")));
    }

    private static List<Demonstration> Batch(NpgsqlConnection connection, string table, string after)
    {
        using var read = connection.Command(
            $"SELECT id, text, label, distribution, metadata::text, split, vector::real[] FROM {table} WHERE id > $1 ORDER BY id LIMIT {BatchRows}", after);
        using var reader = read.ExecuteReader();
        var rows = new List<Demonstration>();
        while (reader.Read())
        {
            rows.Add(new()
            {
                Id = reader.GetString(0),
                Text = reader.GetString(1),
                Label = reader.GetString(2),
                LabelDistribution = DemonstrationCodec.ReadDistribution(reader.IsDBNull(3) ? null : reader.GetString(3)),
                Metadata = DemonstrationCodec.ReadMetadata(reader.GetString(4)),
                Split = reader.GetString(5),
                Vector = reader.GetFieldValue<float[]>(6),
            });
        }

        return rows;
    }

    private static List<(string Table, bool TextIndex)> Tables(NpgsqlConnection connection, string schema, string list, string prefix)
    {
        using var read = connection.Command($"SELECT uid, text_index FROM {schema}.{list}");
        using var reader = read.ExecuteReader();
        var found = new List<(string Table, bool TextIndex)>();
        while (reader.Read())
        {
            found.Add(($"{schema}.{prefix}{reader.GetInt64(0)}", reader.GetBoolean(1)));
        }

        return found;
    }

    private static List<string> Names(NpgsqlConnection connection, string query)
    {
        using var read = connection.Command(query);
        using var reader = read.ExecuteReader();
        var found = new List<string>();
        while (reader.Read())
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }
}
