using Grpc.Net.Client;
using IclMesh.Cli.CommandLine;
using IclMesh.Gateway.V1;
using IclMesh.ServiceDefaults;

namespace IclMesh.Cli.Mesh;

/// <summary>A gateway to talk to: somebody else's, or one that this process hosts.</summary>
internal sealed class MeshSession : IAsyncDisposable
{
    private readonly GrpcChannel channel;
    private readonly InProcessMesh? mesh;

    private MeshSession(Uri address, InProcessMesh? mesh)
    {
        this.mesh = mesh;
        channel = GrpcChannel.ForAddress(address, new() { HttpHandler = MeshHttpHandler.Create(), DisposeHttpClient = true, MaxReceiveMessageSize = null });
        Gateway = new(channel);
        Tasks = new(channel);
        Jobs = new(channel);
    }

    public GatewayService.GatewayServiceClient Gateway { get; }

    public TaskService.TaskServiceClient Tasks { get; }

    public JobService.JobServiceClient Jobs { get; }

    /// <summary>Talks to a gateway that runs elsewhere.</summary>
    public static MeshSession Connect(Uri gateway) => new(gateway, mesh: null);

    /// <summary>Hosts a mesh for as long as the session lives.</summary>
    public static async Task<MeshSession> HostAsync(MeshSettings settings, Terminal terminal, CancellationToken cancellationToken)
    {
        var mesh = await terminal.StatusAsync("starting the mesh", () => InProcessMesh.StartAsync(settings, cancellationToken));
        return new(new(mesh.Addresses["gateway"]), mesh);
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        if (mesh is not null)
        {
            await mesh.DisposeAsync();
        }
    }
}
