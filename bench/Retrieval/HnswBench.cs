using System.Diagnostics;
using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Postgres;
using Spectre.Console;

namespace IclMesh.Bench.Retrieval;

/// <summary>Recall and time of HNSW searches in PostgreSQL, at two sizes, through the store as the service uses it.</summary>
internal static class HnswBench
{
    private const int Dimension = 384;
    private const int FirstRows = 100_000;
    private const int BatchRows = 4_000;
    private const int Queries = 256;
    private const int K = 10;
    private static readonly CollectionName Name = new("", "bench");
    private static readonly EmbeddingModel Model = new("bench", "1");

    /// <summary>Measures and prints.</summary>
    /// <param name="console">Where to print.</param>
    /// <param name="connection">Npgsql's connection string.</param>
    /// <param name="searchWidths">Values of <c>hnsw.ef_search</c> to measure.</param>
    /// <param name="limit">How long rows are written; at least 100,000 are.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task RunAsync(IAnsiConsole console, string connection, IReadOnlyList<int> searchWidths, TimeSpan limit, CancellationToken cancellationToken)
    {
        var schema = $"bench_{Guid.NewGuid():N}";
        var stores = searchWidths.Select(width => PostgresDemonstrationStore.Open(
            new(connection) { Schema = schema, Approximate = true, SearchWidth = width, RecallSampleInterval = 0 }, TimeProvider.System)).ToArray();
        var queries = BenchVectors.Make(Queries, Dimension, seed: 3);
        var table = new Table().Title($"HNSW in PostgreSQL, x {Dimension}; milliseconds a query: minimum / median / maximum of {Queries}")
            .AddColumns("rows", "written in, s", "ef_search", $"recall@{K}", "time");
        try
        {
            await stores[0].CreateCollectionAsync(Name, new(Dimension, VectorMetric.Cosine, TextIndex: false, Model), new Dictionary<string, string>(), cancellationToken);
            var (rows, written, vectors) = (0, Stopwatch.StartNew(), new List<float[]>());
            foreach (var enough in (Func<bool>[])[() => rows >= FirstRows, () => written.Elapsed >= limit])
            {
                written.Start();
                while (!enough())
                {
                    vectors.Add(await WriteAsync(stores[0], rows, cancellationToken));
                    rows += BatchRows;
                }

                written.Stop();
                var truth = Truth(vectors, queries);
                for (var i = 0; i < stores.Length; i++)
                {
                    var (recall, times) = await SearchAsync(stores[i], queries, truth, cancellationToken);
                    table.AddRow($"{rows:N0}", $"{written.Elapsed.TotalSeconds:N0}", $"{searchWidths[i]}", $"{recall:0.0000}", $"{times}");
                }
            }
        }
        finally
        {
            await stores[0].DeleteCollectionAsync(Name, CancellationToken.None);
            foreach (var store in stores)
            {
                await store.DisposeAsync();
            }
        }

        console.Write(table);
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
