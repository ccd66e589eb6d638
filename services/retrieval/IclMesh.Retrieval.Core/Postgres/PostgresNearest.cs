using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Searching;
using Npgsql;
using Pgvector;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Searches for the nearest vectors: by a scan of the table, or by its HNSW index with the truth about what that may miss.</summary>
internal sealed class PostgresNearest : IAsyncDisposable
{
    private const int Margin = 16;
    private const string WithoutIndex = "SET LOCAL enable_indexscan = off";
    private const string WithIndex = "SET LOCAL enable_indexscan = on";

    private readonly NpgsqlDataSource database;
    private readonly PostgresCatalog catalog;
    private readonly PostgresStoreOptions options;
    private readonly RecallMonitor monitor;

    /// <summary>Starts the background checks.</summary>
    /// <param name="database">The database.</param>
    /// <param name="catalog">The collections.</param>
    /// <param name="options">The store's settings.</param>
    public PostgresNearest(NpgsqlDataSource database, PostgresCatalog catalog, PostgresStoreOptions options)
    {
        this.database = database;
        this.catalog = catalog;
        this.options = options;
        monitor = new(options.Approximate ? options.RecallSampleInterval : 0, CheckAsync, options.CheckFailed);
    }

    /// <summary>The operator class of an HNSW index.</summary>
    /// <param name="metric">How vectors are compared.</param>
    public static string OperatorClass(VectorMetric metric) => metric switch
    {
        VectorMetric.Cosine => "vector_cosine_ops",
        VectorMetric.DotProduct => "vector_ip_ops",
        _ => "vector_l2_ops",
    };

    /// <summary>The nearest demonstrations of each query, in one snapshot.</summary>
    public async Task<IReadOnlyList<VectorMatches>> SearchAsync(
        PostgresCollection collection, IReadOnlyList<VectorQuery> queries, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await connection.RunAsync(
            options.Approximate
                ? $"SET LOCAL hnsw.ef_search = {options.SearchWidth}; SET LOCAL hnsw.iterative_scan = strict_order; SET LOCAL hnsw.max_scan_tuples = {options.MaxScanRows}"
                : WithoutIndex,
            cancellationToken);
        var answers = new List<VectorMatches>();
        var kept = new Dictionary<string, Demonstration>();
        foreach (var query in queries)
        {
            var answer = options.Approximate
                ? await ApproximateAsync(connection, collection, query, cancellationToken)
                : await ExactAsync(connection, collection, query, cancellationToken);
            answers.Add(Reduce(answer, query, kept));
        }

        return answers;
    }

    /// <summary>The recall that was measured so far; null where no check has finished.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="filtered">True for searches with a filter, false for those without.</param>
    public RecallEstimate? Recall(PostgresCollection collection, bool filtered) => monitor.Estimate(collection, filtered);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => monitor.DisposeAsync();

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
        command.Set($"SELECT {PostgresSql.Columns(query.Content)} FROM {collection.Table} WHERE NOT deleted AND {condition} ORDER BY vector {Operator(collection.Schema.Metric)} $1 LIMIT $2");
        var norm = VectorMath.Norm(query.Vector.Span);
        var rows = await PostgresRows.ReadAllAsync(command, query.Content, collection.Name.ToString(), cancellationToken);
        return
        [
            .. rows.Select(row => new VectorMatch(
                row, VectorMath.Score(collection.Schema.Metric, query.Vector.Span, norm, row.Vector, VectorMath.Norm(row.Vector)))),
        ];
    }

    private static async Task<long> CountAsync(
        NpgsqlConnection connection, PostgresCollection collection, VectorQuery query, long limit, CancellationToken cancellationToken)
    {
        await using var count = connection.Command("", limit);
        var condition = new PostgresFilter(count.Parameters).Write(query.Filter);
        count.Set($"SELECT count(*) FROM (SELECT 1 FROM {collection.Table} WHERE NOT deleted AND {condition} LIMIT $1) AS passing");
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }

    private static VectorMatch[] Best(List<VectorMatch> matches, int limit) =>
    [
        .. matches.OrderByDescending(match => match.Score).ThenBy(match => match.Demonstration.Id, Utf8Order.Instance).Take(limit),
    ];

    /// <summary>Leaves out the vectors that only the scores needed, and keeps once what several queries of a batch found.</summary>
    private static VectorMatches Reduce(VectorMatches answer, VectorQuery query, Dictionary<string, Demonstration> kept)
    {
        if (query.Content != MatchContent.Labels)
        {
            return answer;
        }

        var matches = new List<VectorMatch>(answer.Matches.Count);
        foreach (var (demonstration, score) in answer.Matches)
        {
            if (!kept.TryGetValue(demonstration.Id, out var brief))
            {
                kept.Add(demonstration.Id, brief = demonstration with { Vector = [] });
            }

            matches.Add(new(brief, score));
        }

        return answer with { Matches = matches };
    }

    /// <summary>
    /// The server sorts by its own rounding of the distance, we by ours: more rows are fetched until the last one is worse than the last of the
    /// answer by more than both roundings together, and only then can no row be missing.
    /// </summary>
    private static async Task<VectorMatches> ExactAsync(
        NpgsqlConnection connection, PostgresCollection collection, VectorQuery query, CancellationToken cancellationToken)
    {
        var passing = await CountAsync(connection, collection, query, long.MaxValue, cancellationToken);
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

        // An answer that is full was not starved; only a short one is worth the count, which stops at what was asked for.
        var starved = fetched.Count < query.Limit
            && await CountAsync(connection, collection, query, query.Limit, cancellationToken) > fetched.Count;
        if (starved && options.ExactWhenStarved)
        {
            await connection.RunAsync(WithoutIndex, cancellationToken);
            var exact = await ExactAsync(connection, collection, query, cancellationToken);
            await connection.RunAsync(WithIndex, cancellationToken);
            return exact with { Report = exact.Report with { Starved = true } };
        }

        var report = new SearchReport(Exact: false, options.SearchWidth, fetched.Count, collection.Revision)
        {
            Recall = monitor.Estimate(collection, query.Filter is not null),
            Starved = starved,
        };
        var answer = new VectorMatches(Best(fetched, query.Limit), report);
        monitor.Observe(collection, query, answer);
        return answer;
    }

    private async Task<VectorMatches> CheckAsync(PostgresCollection collection, VectorQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await connection.RunAsync(WithoutIndex, cancellationToken);
        var current = await catalog.FindAsync(collection.Name, connection, cancellationToken);

        // Another collection may have taken the name.
        return current.Uid == collection.Uid
            ? await ExactAsync(connection, current, query, cancellationToken)
            : throw MeshException.NotFound("collection", collection.Name.ToString());
    }
}
