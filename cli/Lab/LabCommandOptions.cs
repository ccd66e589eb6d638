using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Kernel;
using IclMesh.Kernel.V1;
using ScottPlot;

namespace IclMesh.Cli.Lab;

/// <summary>Options of every laboratory command.</summary>
internal sealed class LabCommandOptions
{
    private readonly KernelCommandOptions kernel = new();

    private readonly Option<ulong> seed = new("--seed") { Description = "Seed; the same seed gives the same numbers.", DefaultValueFactory = _ => 1 };

    private readonly Option<FileInfo?> plot = new("--plot") { Description = "Write the plot to this PNG file." };

    public void AddTo(Command command, bool plots = true)
    {
        command.Options.Add(seed);
        if (plots)
        {
            command.Options.Add(plot);
        }

        kernel.AddTo(command);
    }

    public ulong Seed(ParseResult parsed) => parsed.GetValue(seed);

    /// <summary>Runs a command against a laboratory.</summary>
    public Task<int> RunAsync(ParseResult parsed, Func<TheoryLabService.TheoryLabServiceClient, Terminal, Task> command, CancellationToken cancellationToken)
    {
        var terminal = kernel.Terminal(parsed);
        return Failure.GuardAsync(terminal, async () =>
        {
            await using var session = await kernel.OpenAsync(parsed, cancellationToken);
            await command(new(session.Kernel), terminal);
            return ExitCode.Done;
        });
    }

    /// <summary>Draws the plot where a file was named.</summary>
    public void Plot(ParseResult parsed, Terminal terminal, Action<Plot> draw)
    {
        if (parsed.GetValue(plot) is not { } file)
        {
            return;
        }

        using var chart = new Plot();
        draw(chart);
        chart.SavePng(file.FullName, 900, 600);
        if (!terminal.IsJson)
        {
            Spectre.Console.AnsiConsoleExtensions.WriteLine(terminal.Out, $"plot: {file.FullName}");
        }
    }
}
