using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.Core.Selection;
using Npgsql;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Reads and searches of one collection's table.</summary>
/// <param name="database">The database.</param>
internal sealed class PostgresSearch(NpgsqlDataSource database)
{
    /// <summary>Demonstrations by id, in the order asked for.</summary>
    public async Task<IReadOnlyList<Demonstration>> GetAsync(
        PostgresCollection collection, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = connection.Command(
            $"SELECT {PostgresSql.Columns} FROM {collection.Table} WHERE id = ANY($1) AND NOT deleted", (object)ids.ToArray());
        var rows = (await PostgresRows.ReadAllAsync(command, collection.Name.ToString(), cancellationToken)).ToDictionary(row => row.Id);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id])];
    }

    /// <summary>Demonstrations by id in code-point order.</summary>
    public async Task<Page<Demonstration>> ListAsync(PostgresCollection collection, ListQuery query, CancellationToken cancellationToken)
    {
        var binding = query.Binding(collection.Name);
        var after = PageToken.Read(binding, query.PageToken) ?? "";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = connection.Command("", after, query.PageSize + 1);
        var condition = new PostgresFilter(command.Parameters).Write(query.Filter);
        command.Set($"SELECT {PostgresSql.Columns} FROM {collection.Table} WHERE id > $1 {(query.IncludeDeleted ? "" : "AND NOT deleted")} AND {condition} ORDER BY id LIMIT $2");
        var rows = await PostgresRows.ReadAllAsync(command, collection.Name.ToString(), cancellationToken);
        var next = rows.Count > query.PageSize ? PageToken.After(binding, rows[query.PageSize - 1].Id) : "";
        return new([.. rows.Take(query.PageSize).Select(row => query.IncludeVectors ? row : row with { Vector = [] })], next);
    }

    /// <summary>Demonstrations per label.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountLabelsAsync(PostgresCollection collection, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = connection.Command($"SELECT label, count(*) FROM {collection.Table} WHERE NOT deleted GROUP BY label");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<string, long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return counts;
    }

    /// <summary>The demonstrations that share words with a query.</summary>
    public async Task<TextMatches> TextAsync(PostgresCollection collection, TextQuery query, CancellationToken cancellationToken)
    {
        const string Scorer = "ts_rank";
        var words = QueryWords.Of(query.Text);
        if (words.Count == 0)
        {
            return new([], Scorer);
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = connection.Command("", string.Join(" | ", words.Select(word => $"'{word}'")), query.Limit);
        var condition = new PostgresFilter(command.Parameters).Write(query.Filter);
        command.Set($"""
            SELECT {PostgresSql.Columns}, ts_rank(to_tsvector('simple', text), to_tsquery('simple', $1), 1) AS score FROM {collection.Table}
            WHERE NOT deleted AND to_tsvector('simple', text) @@ to_tsquery('simple', $1) AND {condition} ORDER BY score DESC, id LIMIT $2
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var matches = new List<TextMatch>();
        while (await reader.ReadAsync(cancellationToken))
        {
            matches.Add(new(PostgresRows.Read(reader, collection.Name.ToString()), reader.GetFloat(10)));
        }

        return new(matches, Scorer);
    }

    /// <summary>The change feed behind a revision.</summary>
    public async Task<IReadOnlyList<CollectionEvent>> ChangesAsync(
        PostgresCollection collection, long after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = connection.Command(
            $"SELECT revision, id, kind FROM {collection.Table}_changes WHERE revision > $1 ORDER BY revision LIMIT $2", after, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var changes = new List<CollectionEvent>();
        while (await reader.ReadAsync(cancellationToken))
        {
            changes.Add(new(reader.GetInt64(0), reader.GetString(1), Enum.Parse<WriteKind>(reader.GetString(2))));
        }

        return changes;
    }

    /// <summary>A seeded random draw.</summary>
    public async Task<IReadOnlyList<Demonstration>> DrawAsync(PostgresCollection collection, SampleQuery query, CancellationToken cancellationToken)
    {
        var drawn = new List<(ulong Key, string Id)>();
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            await using var command = connection.Command("");
            var condition = new PostgresFilter(command.Parameters).Write(query.Filter);
            command.Set($"SELECT id_hash, id FROM {collection.Table} WHERE NOT deleted AND {condition}");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                drawn.Add((SeededDraw.Key((ulong)reader.GetInt64(0), query.Seed), reader.GetString(1)));
            }
        }

        var ids = drawn.OrderBy(row => row.Key).ThenBy(row => row.Id, Utf8Order.Instance).Take(query.Limit).Select(row => row.Id);
        return await GetAsync(collection, [.. ids], cancellationToken);
    }
}
