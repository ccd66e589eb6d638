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
        var command = new Command("retrieval", "Exact search, filters, writes, selection.") { peers, large };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var console = AnsiConsole.Console;
            ExactBench.Run(console, parsed.GetValue(peers));
            FilterBench.Run(console);
            SelectionBench.Run(console);
            await StoreBench.RunAsync(console, parsed.GetValue(large), cancellationToken);
        });
        return command;
    }
}
