using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Mesh;
using IclMesh.LocalMesh;
using Spectre.Console;

namespace IclMesh.Cli.Up;

/// <summary><c>iclmesh up</c>: serves the four services until it is told to stop.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var mesh = new MeshCommandOptions();
        var port = new Option<int>("--port")
        {
            Description = "Port of the gateway; inference, retrieval, kernel and REST take the next four. 0 takes free ports.",
            DefaultValueFactory = _ => 8080,
        };
        var command = new Command("up", "Serve the mesh on loopback ports until Ctrl-C.") { port };
        mesh.AddTo(command, hostsOnly: true);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                var rules = new RequestRules();
                rules.InRange("port", parsed.GetValue(port), 0, 65531);
                rules.ThrowIfBroken();

                var settings = mesh.Settings(parsed) with { Port = parsed.GetValue(port), Log = true, Http = true };
                if (await RunningMesh.FindAsync(settings.DataFolder, cancellationToken) is { } running)
                {
                    throw new MeshException(
                        ErrorKind.FailedPrecondition, ErrorReasons.ResourceExists, $"process {running.ProcessId} serves {settings.DataFolder} already, at {running.Gateway}");
                }

                await using var hosts = await InProcessMesh.StartAsync(settings, cancellationToken);
                using var announced = RunningMesh.Announce(settings, hosts.Addresses);
                if (terminal.IsJson)
                {
                    terminal.WriteJson(hosts.Addresses);
                }
                else
                {
                    foreach (var (name, address) in hosts.Addresses)
                    {
                        terminal.Out.MarkupLineInterpolated($"{name,-10} [blue]{address}[/]");
                    }

                    terminal.Out.MarkupLine("serving until Ctrl-C");
                }

                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    // This is how serving ends.
                }

                return ExitCode.Done;
            });
        });
        return command;
    }
}
