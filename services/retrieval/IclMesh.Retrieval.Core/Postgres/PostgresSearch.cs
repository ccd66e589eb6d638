using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.Core.Selection;
using IclMesh.Retrieval.Core.Texts;
using Npgsql;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Reads and searches of one collection's table.</summary>
/// <param name="database">The database.</param>
internal sealed class PostgresSearch(NpgsqlDataSource database)
{
    /// <summary>Demonstrations by id, in the order asked for.</summary>
    public async Task<IReadOnlyList<Demonstration>> GetAsync(
        PostgresCollection collection, IReadOnlyList<string> ids, MatchContent content, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var size = connection.Command(
            $"SELECT coalesce(sum(text_bytes + octet_length(metadata::text)), 0)::bigint + count(*) * {collection.Schema.Dimension * sizeof(float)} FROM {collection.Table} WHERE id = ANY($1) AND NOT deleted",
            (object)ids.ToArray());
        default(AnswerSize).Add("ids", content == MatchContent.Whole ? (long)(await size.ExecuteScalarAsync(cancellationToken))! : 0);
        await using var command = connection.Command(
            $"SELECT {PostgresSql.Columns(content)} FROM {collection.Table} WHERE id = ANY($1) AND NOT deleted", (object)ids.ToArray());
        var rows = (await PostgresRows.ReadAllAsync(command, content, collection.Name.ToString(), cancellationToken)).ToDictionary(row => row.Id);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id])];
    }

    /// <summary>Demonstrations by id in code-point order.</summary>
    public async Task<Page<Demonstration>> ListAsync(PostgresCollection collection, ListQuery query, CancellationToken cancellationToken)
    {
        var binding = query.Binding(collection.Name);
        var after = PageToken.Read(binding, query.PageToken);
        var content = query.IncludeTexts ? MatchContent.Whole : MatchContent.Facts;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = connection.Command("", after, query.PageSize + 1, AnswerSize.MaxBytes);
        var condition = new PostgresFilter(command.Parameters).Write(query.Filter);

        // Texts beyond what a page holds are not even sent by the server.
        command.Set($"""
            SELECT {PostgresSql.Columns(content)} FROM {collection.Table} JOIN (
              SELECT key, sum({(query.IncludeTexts ? "bytes" : "0")}) OVER (ORDER BY key) - bytes AS before FROM (
                SELECT id AS key, text_bytes AS bytes FROM {collection.Table}
                WHERE id > $1 {(query.IncludeDeleted ? "" : "AND NOT deleted")} AND {condition} ORDER BY id LIMIT $2) AS page) AS sized ON id = key
            WHERE before <= $3 ORDER BY id
            """);
        var items = new List<Demonstration>();
        var size = default(AnswerSize);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var demonstration = query.Reduce(PostgresRows.Read(reader, content, collection.Name.ToString()));
            if (items.Count == query.PageSize || !size.TryAdd(demonstration))
            {
                return new(items, PageToken.After(binding, items[^1].Id));
            }

            items.Add(demonstration);
        }

        return new(items, "");
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
        var words = TextWords.OfQuery(query.Text);
        if (words.Count == 0)
        {
            return new([], Scorer);
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = connection.Command("", string.Join(" | ", words.Select(word => $"'{word}'")), query.Limit);
        var condition = new PostgresFilter(command.Parameters).Write(query.Filter);
        command.Set($"""
            SELECT {PostgresSql.Columns(query.Content)}, ts_rank(words, $1::tsquery, 1) AS score FROM {collection.Table}
            WHERE NOT deleted AND words @@ $1::tsquery AND {condition} ORDER BY score DESC, id LIMIT $2
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var matches = new List<TextMatch>();
        while (await reader.ReadAsync(cancellationToken))
        {
            matches.Add(new(PostgresRows.Read(reader, query.Content, collection.Name.ToString()), reader.GetFloat(PostgresRows.Count)));
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
        // The greatest of the smallest comes out first: equal keys go by id.
        var smallest = new PriorityQueue<string, (ulong Key, string Id)>(Comparer<(ulong Key, string Id)>.Create(
            (x, y) => x.Key != y.Key ? y.Key.CompareTo(x.Key) : Utf8Order.Instance.Compare(y.Id, x.Id)));
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            await using var command = connection.Command("");
            var condition = new PostgresFilter(command.Parameters).Write(query.Filter);
            command.Set($"SELECT id_hash, id FROM {collection.Table} WHERE NOT deleted AND {condition}");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var id = reader.GetString(1);
                smallest.Enqueue(id, (SeededDraw.Key((ulong)reader.GetInt64(0), query.Seed), id));
                if (smallest.Count > query.Limit)
                {
                    smallest.Dequeue();
                }
            }
        }

        var ids = new string[smallest.Count];
        while (smallest.Count > 0)
        {
            var place = smallest.Count - 1;
            ids[place] = smallest.Dequeue();
        }

        return await GetAsync(collection, ids, query.Content, cancellationToken);
    }
}
