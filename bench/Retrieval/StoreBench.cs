using System.Diagnostics;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Sqlite;
using Spectre.Console;

namespace IclMesh.Bench.Retrieval;

/// <summary>Durable writes into the SQLite store, and how soon a large collection answers.</summary>
internal static class StoreBench
{
    private const int Dimension = 384;
    private const int BatchRows = 4_000;
    private const int Opens = 5;
    private static readonly IclMesh.Retrieval.Core.Collections.CollectionName Name = new("", "bench");

    /// <summary>Measures and prints.</summary>
    /// <param name="console">Where to print.</param>
    /// <param name="large">True takes a million rows.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task RunAsync(IAnsiConsole console, bool large, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("iclmesh-bench-store-");
        try
        {
            var rows = large ? 1_000_000 : 100_000;
            var (seconds, processor, size) = await FillAsync(folder.FullName, rows, cancellationToken);

            // A small collection first: what the runtime and SQLite take for themselves is not the large one's.
            await OpenSmallAsync(cancellationToken);
            var query = BenchVectors.Make(1, Dimension, seed: 3);
            var (opens, residents) = (new double[Opens], new double[Opens]);
            for (var i = 0; i < Opens; i++)
            {
                GC.Collect();
                var before = Resident();
                var start = Stopwatch.GetTimestamp();
                await using var store = SqliteDemonstrationStore.Open(new(folder.FullName), TimeProvider.System);
                await store.SearchAsync(Name, [new(query, new("bench", "1"), 10)], cancellationToken);
                opens[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
                residents[i] = (Resident() - before) / (double)size;
            }

            var (open, resident) = (Measurement.Of(opens), Measurement.Of(residents));
            console.Write(new Table().Title($"SQLite store, {rows:N0} x {Dimension}, batches of {BatchRows:N0}, each on disk before the next; {Opens} opens: minimum / median / maximum")
                .AddColumns("rows a second", "rows a second of processor time", "open and first query, ms", "resident / int8 blocks")
                .AddRow(
                    $"{rows / seconds:N0}",
                    $"{rows / processor:N0}",
                    $"{open}",
                    $"{resident.Minimum:0.00} / {resident.Median:0.00} / {resident.Maximum:0.00}"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static long Resident()
    {
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    private static async Task OpenSmallAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("iclmesh-bench-small-");
        await FillAsync(folder.FullName, BatchRows, cancellationToken);
        await using (var store = SqliteDemonstrationStore.Open(new(folder.FullName), TimeProvider.System))
        {
            await store.SearchAsync(Name, [new(BenchVectors.Make(1, Dimension, seed: 3), new("bench", "1"), 10)], cancellationToken);
        }

        folder.Delete(recursive: true);
    }

    private static async Task<(double Seconds, double Processor, long CodeBytes)> FillAsync(string folder, int rows, CancellationToken cancellationToken)
    {
        await using var store = SqliteDemonstrationStore.Open(new(folder), TimeProvider.System);
        await store.CreateCollectionAsync(
            Name, new(Dimension, default, TextIndex: false, new("bench", "1")), new Dictionary<string, string>(), cancellationToken);
        var (seconds, processor) = (0.0, TimeSpan.Zero);
        using var self = Process.GetCurrentProcess();
        for (var first = 0; first < rows; first += BatchRows)
        {
            var values = BenchVectors.Make(BatchRows, Dimension, seed: 100 + first);
            var batch = Enumerable.Range(0, Math.Min(BatchRows, rows - first)).Select(i => new DemonstrationWrite(
                new()
                {
                    Id = $"row-{first + i:D7}",
                    Text = $"the text of demonstration number {first + i}",
                    Label = i % 2 == 0 ? "positive" : "negative",
                    Vector = values.AsSpan(i * Dimension, Dimension).ToArray(),
                },
                new("bench", "1"))).ToArray();
            self.Refresh();
            var (start, busy) = (Stopwatch.GetTimestamp(), self.TotalProcessorTime);
            await store.UpsertAsync(Name, batch, cancellationToken);
            seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
            self.Refresh();
            processor += self.TotalProcessorTime - busy;
        }

        return (seconds, processor.TotalSeconds, (long)rows * Dimension);
    }
}
