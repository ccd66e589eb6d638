using System.Diagnostics;
using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Postgres;
using Npgsql;
using Spectre.Console;

namespace IclMesh.Bench.Retrieval;

/// <summary>Recall and time of HNSW searches in PostgreSQL, at two sizes, through the store as the service uses it.</summary>
/// <remarks>The index is the store's own, but built over the rows at once: filled row by row it takes many times as long.</remarks>
internal static class HnswBench
{
    private const int Dimension = 384;
    private const int BatchRows = 4_000;
    private const int Queries = 256;
    private const int K = 10;
    private static readonly CollectionName Name = new("", "bench");
    private static readonly EmbeddingModel Model = new("bench", "1");

    /// <summary>Measures and prints.</summary>
    /// <param name="console">Where to print.</param>
    /// <param name="connection">Npgsql's connection string.</param>
    /// <param name="searchWidths">Values of <c>hnsw.ef_search</c> to measure.</param>
    /// <param name="sizes">Numbers of rows to measure, ascending.</param>
    /// <param name="buildWidth">Value of <c>ef_construction</c>.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task RunAsync(IAnsiConsole console, string connection, IReadOnlyList<int> searchWidths, IReadOnlyList<int> sizes, int buildWidth, CancellationToken cancellationToken)
    {
        var schema = $"bench_{Guid.NewGuid():N}";
        var stores = searchWidths.Select(width => PostgresDemonstrationStore.Open(
            new(connection) { Schema = schema, Approximate = true, SearchWidth = width, RecallSampleInterval = 0 }, TimeProvider.System)).ToArray();
        await using var plain = PostgresDemonstrationStore.Open(new(connection) { Schema = schema }, TimeProvider.System);
        var queries = BenchVectors.Make(Queries, Dimension, seed: 3);
        var table = new Table().Title($"HNSW in PostgreSQL, x {Dimension}; milliseconds a query: minimum / median / maximum of {Queries}")
            .AddColumns("rows", "index built in, s", "ef_search", $"recall@{K}", "time");
        try
        {
            await plain.CreateCollectionAsync(Name, new(Dimension, VectorMetric.Cosine, TextIndex: false, Model), new Dictionary<string, string>(), cancellationToken);
            var (rows, vectors) = (0, new List<float[]>());
            foreach (var size in sizes)
            {
                while (rows < size)
                {
                    vectors.Add(await WriteAsync(plain, rows, cancellationToken));
                    rows += BatchRows;
                }

                var start = Stopwatch.GetTimestamp();
                await RunAsync(connection, $"CREATE INDEX bench_hnsw ON TABLE USING hnsw (vector vector_cosine_ops) WITH (ef_construction = {buildWidth}); ANALYZE TABLE", schema, cancellationToken);
                var built = Stopwatch.GetElapsedTime(start);
                var truth = Truth(vectors, queries);
                for (var i = 0; i < stores.Length; i++)
                {
                    var (recall, times) = await SearchAsync(stores[i], queries, truth, cancellationToken);
                    console.WriteLine($"{rows:N0} rows, index built in {built.TotalSeconds:N0} s, ef_search {searchWidths[i]}: recall@{K} {recall:0.0000}, {times} ms");
                    table.AddRow($"{rows:N0}", $"{built.TotalSeconds:N0}", $"{searchWidths[i]}", $"{recall:0.0000}", $"{times}");
                }

                // Rows that are written next to an index take many times as long.
                await RunAsync(connection, $"DROP INDEX {schema}.bench_hnsw", schema, cancellationToken);
            }
        }
        finally
        {
            await plain.DeleteCollectionAsync(Name, CancellationToken.None);
            foreach (var store in stores)
            {
                await store.DisposeAsync();
            }
        }

        console.Write(table);
    }

    /// <summary>Runs statements on the collection's own table, TABLE.</summary>
    private static async Task RunAsync(string connection, string statements, string schema, CancellationToken cancellationToken)
    {
        await using var database = new NpgsqlConnection(connection);
        await database.OpenAsync(cancellationToken);
        await using var find = new NpgsqlCommand("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = $1 AND tablename ~ '^demonstrations_[0-9]+$'", database);
        find.Parameters.Add(new() { Value = schema });
        var table = (string)(await find.ExecuteScalarAsync(cancellationToken))!;
#pragma warning disable CA2100 // The name comes from the database, quoted by it.
        await using var command = new NpgsqlCommand(
            "SET maintenance_work_mem = '3GB'; SET max_parallel_maintenance_workers = 2; " + statements.Replace("TABLE", table, StringComparison.Ordinal), database)
        { CommandTimeout = 0 };
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<float[]> WriteAsync(PostgresDemonstrationStore store, int first, CancellationToken cancellationToken)
    {
        var values = BenchVectors.Make(BatchRows, Dimension, seed: 100 + first);
        var batch = Enumerable.Range(0, BatchRows).Select(i => new DemonstrationWrite(
            new() { Id = $"{first + i}", Text = "text", Label = "label", Vector = values.AsSpan(i * Dimension, Dimension).ToArray() }, Model)).ToArray();
        await store.UpsertAsync(Name, batch, cancellationToken);
        return values;
    }

    /// <summary>The slots of the exact answers.</summary>
    private static HashSet<string>[] Truth(List<float[]> vectors, float[] queries)
    {
        using var all = new BenchTable([.. vectors.SelectMany(part => part)], Dimension);
        return [.. all.Search(queries, 0, Queries, Environment.ProcessorCount).Select(answer => answer.Best.Take(K).Select(hit => $"{hit.Slot}").ToHashSet())];
    }

    private static async Task<(double Recall, Measurement Times)> SearchAsync(
        PostgresDemonstrationStore store, float[] queries, HashSet<string>[] truth, CancellationToken cancellationToken)
    {
        var (found, times) = (0, new double[Queries]);

        // The first round brings the index into memory.
        for (var i = 0; i < 2 * Queries; i++)
        {
            var query = queries.AsMemory(i % Queries * Dimension, Dimension);
            var start = Stopwatch.GetTimestamp();
            var answer = await store.SearchAsync(Name, [new(query, Model, K)], cancellationToken);
            times[i % Queries] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            found += i < Queries ? 0 : answer[0].Matches.Count(match => truth[i % Queries].Contains(match.Demonstration.Id));
        }

        return (found / (double)(K * Queries), Measurement.Of(times));
    }
}
