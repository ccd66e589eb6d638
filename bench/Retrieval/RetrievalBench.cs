using System.CommandLine;
using Spectre.Console;

namespace IclMesh.Bench.Retrieval;

/// <summary>The command <c>retrieval</c>.</summary>
internal static class RetrievalBench
{
    /// <summary>Describes the command.</summary>
    public static Command Command()
    {
        var peers = new Option<bool>("--peers") { Description = "Measure FAISS, USearch, hnswlib, LanceDB and sqlite-vec in the same run; eng/retrieval-peers.sh installs them." };
        var packages = new Option<string>("--packages") { Description = "Where eng/retrieval-peers.sh put the packages.", DefaultValueFactory = _ => Path.Combine("artifacts", "retrieval-peers") };
        var large = new Option<bool>("--large") { Description = "Also open a collection of 1,000,000 rows." };
        var only = new Option<string[]>("--only") { Description = "Parts to measure; all without it.", AllowMultipleArgumentsPerToken = true };
        var postgres = new Option<string?>("--postgres") { Description = "Connection string of a PostgreSQL with pgvector, for example what eng/pgvector.sh up prints: measures HNSW as well." };
        var widths = new Option<int[]>("--search-widths") { Description = "Values of hnsw.ef_search.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [100] };
        var sizes = new Option<int[]>("--hnsw-rows") { Description = "Collection sizes to measure HNSW at, ascending.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [100_000] };
        var buildWidth = new Option<int>("--build-width") { Description = "Value of ef_construction.", DefaultValueFactory = _ => 200 };
        only.AcceptOnlyFromAmong("exact", "filter", "selection", "store", "hnsw");
        var command = new Command("retrieval", "Exact search, filters, writes, selection.") { peers, packages, large, only, postgres, widths, sizes, buildWidth };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var console = AnsiConsole.Console;
            console.Profile.Width = Math.Max(console.Profile.Width, 160);
            bool Wanted(string part) => parsed.GetValue(only) is not { Length: > 0 } parts || parts.Contains(part);
            if (Wanted("exact"))
            {
                ExactBench.Run(console, parsed.GetValue(peers) ? Path.GetFullPath(parsed.GetRequiredValue(packages)) : null);
            }

            if (Wanted("filter"))
            {
                FilterBench.Run(console);
            }

            if (Wanted("selection"))
            {
                SelectionBench.Run(console);
            }

            if (Wanted("store"))
            {
                await StoreBench.RunAsync(console, parsed.GetValue(large), cancellationToken);
            }

            if (Wanted("hnsw") && parsed.GetValue(postgres) is { } connection)
            {
                await HnswBench.RunAsync(console, connection, parsed.GetRequiredValue(widths), parsed.GetRequiredValue(sizes), parsed.GetValue(buildWidth), cancellationToken);
            }
        });
        return command;
    }
}
