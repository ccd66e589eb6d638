using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.Core.Selection;
using Npgsql;
using Pgvector;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Reads and searches of one collection's table.</summary>
/// <param name="database">The database.</param>
/// <param name="options">The store's settings.</param>
internal sealed class PostgresSearch(NpgsqlDataSource database, PostgresStoreOptions options)
{
    private const int Margin = 16;

    /// <summary>The operator class of an HNSW index.</summary>
    /// <param name="metric">How vectors are compared.</param>
    public static string OperatorClass(VectorMetric metric) => metric switch
    {
        VectorMetric.Cosine => "vector_cosine_ops",
        VectorMetric.DotProduct => "vector_ip_ops",
        _ => "vector_l2_ops",
    };

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
        Set(command, $"SELECT {PostgresSql.Columns} FROM {collection.Table} WHERE id > $1 {(query.IncludeDeleted ? "" : "AND NOT deleted")} AND {condition} ORDER BY id LIMIT $2");
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

    /// <summary>The nearest demonstrations of each query, in one snapshot.</summary>
    public async Task<IReadOnlyList<VectorMatches>> NearestAsync(
        PostgresCollection collection, IReadOnlyList<VectorQuery> queries, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await connection.RunAsync(
            options.Approximate
                ? $"SET LOCAL hnsw.ef_search = {options.SearchWidth}; SET LOCAL hnsw.iterative_scan = strict_order"
                : "SET LOCAL enable_indexscan = off",
            cancellationToken);
        var answers = new List<VectorMatches>();
        foreach (var query in queries)
        {
            answers.Add(options.Approximate
                ? await ApproximateAsync(connection, collection, query, cancellationToken)
                : await ExactAsync(connection, collection, query, cancellationToken));
        }

        return answers;
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
        Set(command, $"""
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
            Set(command, $"SELECT id_hash, id FROM {collection.Table} WHERE NOT deleted AND {condition}");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                drawn.Add((SeededDraw.Key((ulong)reader.GetInt64(0), query.Seed), reader.GetString(1)));
            }
        }

        var ids = drawn.OrderBy(row => row.Key).ThenBy(row => row.Id, Utf8Order.Instance).Take(query.Limit).Select(row => row.Id);
        return await GetAsync(collection, [.. ids], cancellationToken);
    }

    private static void Set(NpgsqlCommand command, string sql)
    {
#pragma warning disable CA2100 // Names of tables are made of numbers; what callers send are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
    }

    private static string Operator(VectorMetric metric) => metric switch
    {
        VectorMetric.Cosine => "<=>",
        VectorMetric.DotProduct => "<#>",
        _ => "<->",
    };

    private static async Task<List<VectorMatch>> FetchAsync(
        NpgsqlConnection connection, PostgresCollection collection, VectorQuery query, int limit, CancellationToken cancellationToken)
    {
        await using var command = connection.Command("", new Vector(query.Vector), limit);
        var condition = new PostgresFilter(command.Parameters).Write(query.Filter);
        Set(command, $"SELECT {PostgresSql.Columns} FROM {collection.Table} WHERE NOT deleted AND {condition} ORDER BY vector {Operator(collection.Schema.Metric)} $1 LIMIT $2");
        var norm = VectorMath.Norm(query.Vector.Span);
        var rows = await PostgresRows.ReadAllAsync(command, collection.Name.ToString(), cancellationToken);
        return
        [
            .. rows.Select(row => new VectorMatch(
                row, VectorMath.Score(collection.Schema.Metric, query.Vector.Span, norm, row.Vector, VectorMath.Norm(row.Vector)))),
        ];
    }

    private static IReadOnlyList<VectorMatch> Best(List<VectorMatch> matches, int limit) =>
    [
        .. matches.OrderByDescending(match => match.Score).ThenBy(match => match.Demonstration.Id, Utf8Order.Instance).Take(limit),
    ];

    /// <summary>
    /// The server sorts by its own rounding of the distance, we by ours: more rows are fetched until the last one is worse than the last of the
    /// answer by more than both roundings together, and only then can no row be missing.
    /// </summary>
    private static async Task<VectorMatches> ExactAsync(
        NpgsqlConnection connection, PostgresCollection collection, VectorQuery query, CancellationToken cancellationToken)
    {
        await using var count = connection.Command("");
        var condition = new PostgresFilter(count.Parameters).Write(query.Filter);
        Set(count, $"SELECT count(*) FROM {collection.Table} WHERE NOT deleted AND {condition}");
        var passing = (long)(await count.ExecuteScalarAsync(cancellationToken))!;

        for (var limit = Math.Min((long)query.Limit + Margin, int.MaxValue); ; limit *= 2)
        {
            var fetched = await FetchAsync(connection, collection, query, (int)limit, cancellationToken);
            var best = Best(fetched, query.Limit);
            if (fetched.Count < limit || fetched[^1].Score < best[^1].Score - Tolerance(collection.Schema, query, fetched[^1]))
            {
                return new(best, new(Exact: true, passing, fetched.Count, collection.Revision));
            }
        }
    }

    private static double Tolerance(CollectionSchema schema, VectorQuery query, VectorMatch last)
    {
        // Twice the bound of our own rounding: pgvector adds in fp32 too, in an order of its own, over at most D products in a row.
        var rounding = Math.Max(Quantizer.Rounding(schema.Dimension), schema.Dimension / (double)(1 << 23));
        var query2 = VectorMath.Norm(query.Vector.Span);
        var row2 = VectorMath.Norm(last.Demonstration.Vector);
        return 2 * rounding * (schema.Metric switch
        {
            VectorMetric.Cosine => 1,
            VectorMetric.DotProduct => query2 * row2,
            _ => query2 + row2,
        });
    }

    private async Task<VectorMatches> ApproximateAsync(
        NpgsqlConnection connection, PostgresCollection collection, VectorQuery query, CancellationToken cancellationToken)
    {
        var fetched = await FetchAsync(connection, collection, query, query.Limit, cancellationToken);
        return new(Best(fetched, query.Limit), new(Exact: false, options.SearchWidth, fetched.Count, collection.Revision));
    }
}
