using System.CommandLine;
using Spectre.Console;

namespace IclMesh.Bench.Retrieval;

/// <summary>The command <c>retrieval</c>.</summary>
internal static class RetrievalBench
{
    /// <summary>Describes the command.</summary>
    public static Command Command()
    {
        var peers = new Option<bool>("--peers") { Description = "Measure FAISS (python3-faiss) in the same run." };
        var large = new Option<bool>("--large") { Description = "Also open a collection of 1,000,000 rows." };
        var only = new Option<string[]>("--only") { Description = "Parts to measure; all without it.", AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong("exact", "filter", "selection", "store");
        var command = new Command("retrieval", "Exact search, filters, writes, selection.") { peers, large, only };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var console = AnsiConsole.Console;
            bool Wanted(string part) => parsed.GetValue(only) is not { Length: > 0 } parts || parts.Contains(part);
            if (Wanted("exact"))
            {
                ExactBench.Run(console, parsed.GetValue(peers));
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
        });
        return command;
    }
}
