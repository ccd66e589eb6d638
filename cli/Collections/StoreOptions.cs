using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Mesh;

namespace IclMesh.Cli.Collections;

/// <summary>Options of every command that works on collections.</summary>
internal sealed class StoreOptions
{
    private readonly Option<Uri?> retrieval = new("--retrieval")
    {
        Description = "Retrieval service to use, for example http://127.0.0.1:8082. Without it the command hosts one.",
        CustomParser = ServiceAddress.Parse,
    };

    private readonly Option<Uri?> inference = new("--inference")
    {
        Description = "Inference service to embed with, together with --retrieval.",
        CustomParser = ServiceAddress.Parse,
    };

    public MeshCommandOptions Mesh { get; } = new();

    public Argument<string> Collection { get; } = new("collection") { Description = "Name of the collection; a namespace may stand before it: NAMESPACE/NAME." };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Collection);
        command.Options.Add(retrieval);
        command.Options.Add(inference);
        Mesh.AddTo(command, hostsOnly: true);
    }

    /// <summary>Runs a command against the store; failures become messages and exit codes.</summary>
    public void SetAction(Command command, Func<MeshSession, ParseResult, Terminal, CancellationToken, Task> action) =>
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = Mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                await using var session = await OpenAsync(parsed, terminal, cancellationToken);
                await action(session, parsed, terminal, cancellationToken);
                return ExitCode.Done;
            });
        });

    private async Task<MeshSession> OpenAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken) => parsed.GetValue(retrieval) is { } store
        ? MeshSession.Connect(("retrieval", store), ("inference", parsed.GetValue(inference)))
        : await Mesh.OpenOwnAsync(parsed, terminal, cancellationToken);
}
