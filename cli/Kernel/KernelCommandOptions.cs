using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Mesh;
using IclMesh.Kernel;
using IclMesh.ServiceDefaults;

namespace IclMesh.Cli.Kernel;

/// <summary>Options of every command that talks to a kernel service.</summary>
internal sealed class KernelCommandOptions
{
    /// <summary>The person at this terminal owns the machine: an experiment may take as long as it takes.</summary>
    private static readonly Dictionary<string, string?> Unlimited = new() { ["Kernel:MaxMultiplyAdds"] = $"{long.MaxValue}" };

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

    /// <summary>Opens the kernel service that the command line names, or hosts one alone.</summary>
    public async Task<MeshSession> OpenAsync(ParseResult parsed, CancellationToken cancellationToken) => parsed.GetValue(address) is { } kernel
        ? MeshSession.Connect(("kernel", kernel))
        : MeshSession.Over("kernel", await LoopbackHost.StartAsync(b => b.AddKernel(), a => a.MapKernel(), Unlimited, cancellationToken: cancellationToken));
}
