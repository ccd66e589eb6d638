using System.CommandLine;
using IclMesh.Cli.CommandLine;

namespace IclMesh.Cli.Kernel;

/// <summary>Options of every command that talks to a kernel service.</summary>
internal sealed class KernelCommandOptions
{
    private readonly Option<Uri?> address = new("--kernel-address")
    {
        Description = "Kernel service to use, for example http://127.0.0.1:8083. Without it the command hosts one itself.",
        CustomParser = ServiceAddress.Parse,
    };

    private readonly Option<bool> json = new("--json") { Description = "Print one JSON document on standard output and nothing else there." };

    public void AddTo(Command command)
    {
        command.Options.Add(address);
        command.Options.Add(json);
    }

    public Terminal Terminal(ParseResult parsed) => new(parsed.GetValue(json));

    public Task<KernelSession> OpenAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        KernelSession.OpenAsync(parsed.GetValue(address), cancellationToken);
}
