using Grpc.Net.Client;
using IclMesh.Cli.CommandLine;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.LocalMesh;
using IclMesh.Retrieval.V1;
using IclMesh.ServiceDefaults;

namespace IclMesh.Cli.Mesh;

/// <summary>Services to talk to: somebody else's, or ones that this process hosts for as long as the session lives.</summary>
internal sealed class MeshSession : IAsyncDisposable
{
    private readonly Dictionary<string, GrpcChannel> channels;
    private readonly IAsyncDisposable? hosts;

    private MeshSession(IEnumerable<KeyValuePair<string, string>> addresses, IAsyncDisposable? hosts = null)
    {
        this.hosts = hosts;
        channels = addresses.ToDictionary(service => service.Key, service => GrpcChannel.ForAddress(
            service.Value, new() { HttpHandler = MeshHttpHandler.Create(), DisposeHttpClient = true, MaxReceiveMessageSize = null }));
    }

    public GatewayService.GatewayServiceClient Gateway => new(Channel("gateway"));

    public TaskService.TaskServiceClient Tasks => new(Channel("gateway"));

    public JobService.JobServiceClient Jobs => new(Channel("gateway"));

    public RetrievalService.RetrievalServiceClient Retrieval => new(Channel("retrieval"));

    public InferenceService.InferenceServiceClient Inference => new(Channel("inference"));

    /// <summary>Channel to the kernel service, which has several faces.</summary>
    public GrpcChannel Kernel => Channel("kernel");

    /// <summary>Talks to services that run elsewhere.</summary>
    /// <param name="services">Names and addresses; one that the command line left out is null, and an error for the command that needs it.</param>
    public static MeshSession Connect(params (string Name, Uri? Address)[] services) =>
        new(services.Where(service => service.Address is not null).Select(service => KeyValuePair.Create(service.Name, service.Address!.ToString())));

    /// <summary>Talks to all services of a mesh that serves already.</summary>
    public static MeshSession Connect(RunningMesh running) => new(running.Addresses);

    /// <summary>Hosts a mesh.</summary>
    public static async Task<MeshSession> HostAsync(MeshSettings settings, Terminal terminal, CancellationToken cancellationToken)
    {
        var mesh = await terminal.StatusAsync("starting the mesh", () => InProcessMesh.StartAsync(settings, cancellationToken));
        return new(mesh.Addresses, mesh);
    }

    /// <summary>Hosts one service alone.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="host">The started host.</param>
    public static MeshSession Over(string name, LoopbackHost host) => new([new(name, host.Address)], host);

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in channels.Values)
        {
            channel.Dispose();
        }

        if (hosts is not null)
        {
            await hosts.DisposeAsync();
        }
    }

    private GrpcChannel Channel(string name) =>
        channels.GetValueOrDefault(name) ?? throw MeshException.Invalid($"--{name}", $"must name the {name} service, which this command needs too");
}
