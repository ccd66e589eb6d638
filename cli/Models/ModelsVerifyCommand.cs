using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Inference.Core.Verification;
using IclMesh.Inference.Engine;
using IclMesh.Inference.ModelFiles.Hub;
using IclMesh.Inference.ModelFiles.Opening;
using Spectre.Console;

namespace IclMesh.Cli.Models;

/// <summary><c>iclmesh models verify</c>: this build against independent expected values, without a mesh between.</summary>
internal static class ModelsVerifyCommand
{
    public static Command Create()
    {
        var model = new Option<string?>("--model") { Description = "Model to check, a path or a name. Default: the golden folder itself." };
        var golden = new Option<DirectoryInfo>("--golden") { Description = "Folder of expected values.", Required = true };
        var json = new Option<bool>("--json") { Description = "Print one JSON document on standard output and nothing else there." };
        var command = new Command("verify", "Compare what this build computes with expected values; exit 1 above tolerance.") { model, golden, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = new Terminal(parsed.GetValue(json));
            return Failure.GuardAsync(terminal, async () =>
            {
                var locations = ModelLocations.FromEnvironment(Environment.GetEnvironmentVariable);
                var verifier = new ModelVerifier(new OnnxEngine(new(locations.WeightFolder)), ModelSources.Open);
                var path = parsed.GetValue(model) is { } name ? await ModelDownloads.ResolveAsync(locations, terminal, name, cancellationToken) : null;
                var checks = await terminal.Error.Status().StartAsync("verifying", async status =>
                {
                    var progress = new Progress<string>(step => status.Status = Markup.Escape(step));
                    var done = new List<VerificationCheck>();
                    await foreach (var check in verifier.VerifyAsync(parsed.GetRequiredValue(golden).FullName, path, progress, cancellationToken))
                    {
                        done.Add(check);
                    }

                    return done;
                });
                Show(terminal, checks);
                return checks.All(check => check.Passed) ? ExitCode.Done : ExitCode.Failed;
            });
        });
        return command;
    }

    private static void Show(Terminal terminal, List<VerificationCheck> checks)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(new { Passed = checks.All(check => check.Passed), Checks = checks });
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("source", "quantity")
            .AddColumn(new TableColumn("compared").RightAligned())
            .AddColumn(new TableColumn("largest difference").RightAligned())
            .AddColumn(new TableColumn("tolerance").RightAligned())
            .AddColumn("worst").AddColumn("");
        foreach (var check in checks)
        {
            table.AddRow(
                Markup.Escape(check.Source),
                Markup.Escape(check.Quantity),
                $"{check.Compared}",
                $"{check.LargestDifference:0.0e+0}",
                $"{check.Tolerance:0.0e+0}",
                Markup.Escape(check.Worst),
                check.Passed ? "[green]ok[/]" : "[red]FAILED[/]");
        }

        terminal.Out.Write(table);
    }
}
