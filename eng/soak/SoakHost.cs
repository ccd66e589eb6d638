using Grpc.Net.Client;
using IclMesh.Inference;
using IclMesh.Inference.Core.Models;
using IclMesh.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using static IclMesh.Inference.V1.InferenceService;

namespace IclMesh.Soak;

/// <summary>The inference service on a loopback port of this process, and a client of it.</summary>
internal sealed class SoakHost : IAsyncDisposable
{
    private readonly LoopbackHost host;
    private readonly GrpcChannel channel;

    private SoakHost(LoopbackHost host)
    {
        this.host = host;
        channel = GrpcChannel.ForAddress(host.Address, new() { MaxReceiveMessageSize = null });
        Client = new(channel);
    }

    public InferenceServiceClient Client { get; }

    /// <summary>Calls inside all models now.</summary>
    public int Calls => host.Services.GetRequiredService<ModelLibrary>().Loaded.Sum(model => model.Calls);

    public static async Task<SoakHost> StartAsync(CancellationToken cancellationToken) =>
        new(await LoopbackHost.StartAsync(b => b.AddInference(), a => a.MapInference(), cancellationToken: cancellationToken));

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await host.DisposeAsync();
    }
}
