using IclMesh.Gateway;
using IclMesh.Inference;
using IclMesh.Kernel;
using IclMesh.Retrieval;
using IclMesh.ServiceDefaults;
using Microsoft.AspNetCore.Builder;

namespace IclMesh.LocalMesh;

/// <summary>The four services in this process, each on its own loopback port, with real gRPC between them.</summary>
public sealed class InProcessMesh : IAsyncDisposable
{
    private readonly List<LoopbackHost> hosts = [];

    private InProcessMesh()
    {
    }

    /// <summary>Address of each service by its name, and of REST as <c>http</c> where it is served.</summary>
    public Dictionary<string, string> Addresses { get; } = [];

    /// <summary>Starts the services.</summary>
    /// <param name="settings">What they need to know.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<InProcessMesh> StartAsync(MeshSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var mesh = new InProcessMesh();
        try
        {
            PrivateFiles.CreateFolder(settings.DataFolder);

            // A program's own mesh serves its user alone, who may name any path; one that others reach opens what it lists.
            var inference = new Dictionary<string, string?>
            {
                ["Inference:Offline"] = settings.Offline.ToString(),
                ["Inference:AdmitAll"] = (!settings.Http).ToString(),
            };
            var retrieval = new Dictionary<string, string?> { ["Retrieval:Folder"] = settings.DataFolder };
            await mesh.StartAsync(settings, "inference", 1, inference, b => b.AddInference(), a => a.MapInference(), cancellationToken);
            await mesh.StartAsync(settings, "retrieval", 2, retrieval, b => b.AddRetrieval(), a => a.MapRetrieval(), cancellationToken);
            await mesh.StartAsync(settings, "kernel", 3, [], b => b.AddKernel(), a => a.MapKernel(), cancellationToken);
            var gateway = mesh.Addresses.ToDictionary(entry => $"Mesh:{entry.Key}", string? (entry) => entry.Value);
            // Whoever hosts the mesh for himself may keep what he asks.
            gateway["Gateway:Predictions:Enabled"] = bool.TrueString;
            gateway["Gateway:Store:Folder"] = Path.Combine(settings.DataFolder, "gateway");
            gateway["Gateway:Http:Url"] = settings.Http ? $"http://127.0.0.1:{settings.PortOf(4)}" : "";
            await mesh.StartAsync(settings, "gateway", 0, gateway, b => b.AddHttpEndpoint(port: 0).AddGateway(), a => a.MapGateway(), cancellationToken);
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The gateway goes first, so that no call finds a service gone.
        foreach (var host in hosts.AsEnumerable().Reverse())
        {
            await host.DisposeAsync();
        }
    }

    private async Task StartAsync(
        MeshSettings settings,
        string name,
        int offset,
        Dictionary<string, string?> configuration,
        Action<WebApplicationBuilder> add,
        Action<WebApplication> map,
        CancellationToken cancellationToken)
    {
        // Sources and meters are shared by the process: one host exports for all, or every span would leave four times.
        configuration[$"{HostingOptions.Section}:{nameof(HostingOptions.ExportTelemetry)}"] = (name == "gateway").ToString();
        var host = await LoopbackHost.StartAsync(add, map, configuration, settings.PortOf(offset), settings.Log, cancellationToken);
        hosts.Add(host);
        Addresses[name] = host.Address;
        if (host.HttpAddress is { } http)
        {
            Addresses["http"] = http;
        }
    }
}
