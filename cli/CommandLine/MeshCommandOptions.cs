using System.CommandLine;
using IclMesh.Cli.Mesh;
using IclMesh.Cli.Models;
using IclMesh.Inference.ModelFiles.Hub;
using IclMesh.LocalMesh;
using Spectre.Console;

namespace IclMesh.Cli.CommandLine;

/// <summary>Options of every command that talks to a mesh.</summary>
internal sealed class MeshCommandOptions
{
    private readonly Option<Uri?> address = new("--address")
    {
        Description = "Gateway to use, for example http://127.0.0.1:8080. Without it the command uses the mesh that `iclmesh up` serves from the same data folder, or hosts one itself.",
        CustomParser = ServiceAddress.Parse,
    };

    private readonly Option<DirectoryInfo?> data = new("--data-folder")
    {
        Description = "Where the hosted mesh keeps its collections. Default: ICLMESH_DATA, else the user's data folder.",
    };

    private readonly Option<bool> offline = new("--offline") { Description = "Never download a model." };

    private readonly Option<bool> json = new("--json") { Description = "Print one JSON document on standard output and nothing else there." };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="hostsOnly">The command always hosts a mesh and cannot use another one.</param>
    public void AddTo(Command command, bool hostsOnly = false)
    {
        if (!hostsOnly)
        {
            command.Options.Add(address);
        }

        command.Options.Add(data);
        command.Options.Add(offline);
        command.Options.Add(json);
    }

    public Terminal Terminal(ParseResult parsed) => new(parsed.GetValue(json));

    public MeshSettings Settings(ParseResult parsed) => new()
    {
        DataFolder = parsed.GetValue(data)?.FullName ?? MeshSettings.DefaultDataFolder(),
        Offline = parsed.GetValue(offline),
    };

    /// <summary>Opens the gateway that the command line names, or hosts one and fetches the models that it will need.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Shows progress.</param>
    /// <param name="models">Models that the command will use.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<MeshSession> OpenAsync(
        ParseResult parsed, Terminal terminal, IEnumerable<string> models, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(address) is { } gateway)
        {
            return MeshSession.Connect(("gateway", gateway));
        }

        var settings = Settings(parsed);
        var running = await FindAsync(settings, terminal, cancellationToken);
        var locations = ModelLocations.FromEnvironment(Environment.GetEnvironmentVariable);
        foreach (var model in models)
        {
            await ModelDownloads.ResolveAsync(locations with { Offline = settings.Offline || locations.Offline }, terminal, model, cancellationToken);
        }

        return await OpenAsync(running, settings, terminal, cancellationToken);
    }

    /// <summary>Opens all services of the mesh that serves the data folder, or hosts one.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Shows progress.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<MeshSession> OpenOwnAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var settings = Settings(parsed);
        return await OpenAsync(await FindAsync(settings, terminal, cancellationToken), settings, terminal, cancellationToken);
    }

    /// <summary>The mesh that serves the data folder already; null where the command may host one.</summary>
    /// <exception cref="MeshException">It may download models, and the command line forbids that.</exception>
    private static async Task<RunningMesh?> FindAsync(MeshSettings settings, Terminal terminal, CancellationToken cancellationToken)
    {
        var running = await RunningMesh.FindAsync(settings.DataFolder, cancellationToken);
        if (running is { Offline: false } && settings.Offline)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition,
                ErrorReasons.FeatureDisabled,
                $"the mesh of process {running.ProcessId} serves {settings.DataFolder} and was started without --offline: leave --offline out, or start it with --offline");
        }

        if (running is not null)
        {
            terminal.Error.MarkupLineInterpolated($"[dim]using the mesh at {running.Gateway}, process {running.ProcessId}[/]");
        }

        return running;
    }

    private static async Task<MeshSession> OpenAsync(RunningMesh? running, MeshSettings settings, Terminal terminal, CancellationToken cancellationToken) =>
        running is null ? await MeshSession.HostAsync(settings, terminal, cancellationToken) : MeshSession.Connect(running);
}
