using IclMesh.Retrieval.Core.Exact;
using Spectre.Console;

namespace IclMesh.Bench.Retrieval;

/// <summary>Exact search of the ten nearest, against the fp32 scan and the peers.</summary>
internal static class ExactBench
{
    private const int Queries = 256;

    /// <summary>Measures and prints.</summary>
    /// <param name="console">Where to print.</param>
    /// <param name="peers">Folder of the peers' packages; null leaves the peers out.</param>
    public static void Run(IAnsiConsole console, string? peers)
    {
        var table = new Table().Title("Exact top 10; milliseconds a call: minimum / median / maximum")
            .AddColumns("rows x dimension", "queries", "threads", "IclMesh", "rescored", "plain fp32", "peer", "peer's time", "ratio: min, median", "ids equal");
        Measure(table, rows: 100_000, dimension: 384, batch: 1, threads: 1, repetitions: 60, peers);
        Measure(table, rows: 7_000, dimension: 1_536, batch: 1, threads: 1, repetitions: 60, peers);
        Measure(table, rows: 100_000, dimension: 384, batch: 32, threads: Environment.ProcessorCount, repetitions: 20, peers);
        console.Write(table);
    }

    private static void Measure(Table table, int rows, int dimension, int batch, int threads, int repetitions, string? peers)
    {
        var queries = BenchVectors.Make(Queries, dimension, seed: 3);
        var values = BenchVectors.Make(rows, dimension, seed: 2);
        using var bench = new BenchTable(values, dimension);
        long rescored = 0;
        long calls = 0;
        var ours = Measurement.Of(
            repetitions,
            i =>
            {
                rescored += bench.Search(queries, i * batch, batch, threads).Sum(answer => answer.Rescored);
                calls++;
            },
            TimeSpan.FromSeconds(1));
        var plain = Measurement.Of(3, i => PlainScan.Search(
            bench.Table, rows, SlotSet.Empty, bench.Table.Metric, queries.AsSpan(i * dimension, dimension), 10, CancellationToken.None));
        string[] row =
        [
            $"{rows:N0} x {dimension:N0}", $"{batch}", $"{threads}", ours.ToString(), $"{rescored / (double)(calls * batch):0.0}", $"{plain}",
        ];
        if (peers is null)
        {
            table.AddRow([.. row, "", "", "", ""]);
            return;
        }

        var folder = Directory.CreateTempSubdirectory("iclmesh-peers-");
        try
        {
            BenchVectors.Save(Path.Combine(folder.FullName, "base.f32"), values);
            BenchVectors.Save(Path.Combine(folder.FullName, "queries.f32"), queries);
            string[] arguments = [folder.FullName, $"{dimension}", $"{batch}", $"{threads}", $"{repetitions}"];
            var results = PeerScript.Run("/usr/bin/python3", "peers.py", threads, arguments)
                .Concat(PeerScript.Run("node", "peers.mjs", threads, [.. arguments, peers]));
            if (batch == 1)
            {
                var extension = Path.Combine(peers, "node_modules", "sqlite-vec-linux-x64", "vec0.so");
                results = results.Append(SqliteVecPeer.Run(extension, values, queries, dimension, repetitions));
            }

            foreach (var peer in results)
            {
                var same = bench.Search(queries, 0, batch, threads).Zip(peer.Ids, (answer, ids) =>
                    answer.Best.Take(10).Select(hit => hit.Slot).Intersect(ids).Count()).Sum() / (10.0 * batch);
                table.AddRow([.. row, peer.Name, peer.Times.ToString(), $"{peer.Times.Minimum / ours.Minimum:0.0}, {peer.Times.Median / ours.Median:0.0}", $"{same:P1}"]);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
