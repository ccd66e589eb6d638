using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Kernel.Verification;
using Spectre.Console;

namespace IclMesh.Cli.Kernel;

/// <summary><c>iclmesh kernel verify</c>: every expected value through the service.</summary>
internal static class KernelVerifyCommand
{
    public static Command Create()
    {
        var options = new KernelCommandOptions();
        var golden = new Option<DirectoryInfo>("--golden") { Description = "Folder with expected.json.", Required = true };
        var command = new Command("verify", "Compare the kernel service with expected values of other implementations; exit code 1 above tolerance.");
        command.Options.Add(golden);
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = options.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                var path = Path.Combine(parsed.GetRequiredValue(golden).FullName, "expected.json");
                var json = await File.ReadAllBytesAsync(path, cancellationToken);
                await using var session = await options.OpenAsync(parsed, cancellationToken);
                var groups = await terminal.StatusAsync("verifying", () => new KernelVerifier(session.Kernel).RunAsync(json, cancellationToken));
                var passed = groups.All(group => group.Passed);
                if (terminal.IsJson)
                {
                    terminal.WriteJson(new
                    {
                        passed,
                        groups = groups.Select(group => new { group.Name, group.Cases, group.LargestDifference, group.Tolerance, group.Passed, group.Worst }),
                    });
                }
                else
                {
                    Show(terminal.Out, groups);
                }

                return passed ? ExitCode.Done : ExitCode.Failed;
            });
        });
        return command;
    }

    private static void Show(IAnsiConsole console, IReadOnlyList<VerificationGroup> groups)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("group");
        foreach (var column in new[] { "cases", "largest relative difference", "tolerance" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        table.AddColumn("");
        foreach (var group in groups)
        {
            table.AddRow(
                Markup.Escape(group.Name),
                $"{group.Cases}",
                $"{group.LargestDifference:0.0e+0}",
                $"{group.Tolerance:0e+0}",
                group.Passed ? "[green]ok[/]" : $"[red]{Markup.Escape(group.Worst)}[/]");
        }

        console.Write(table);
    }
}
