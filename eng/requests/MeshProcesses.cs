using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using IclMesh.Gateway.V1;
using IclMesh.Testing.Requests.Seeds;
using Microsoft.Diagnostics.NETCore.Client;

namespace IclMesh.RequestFuzz;

/// <summary>The four services, each a process with a store of its own, and channels to them.</summary>
internal sealed class MeshProcesses : IAsyncDisposable
{
    /// <summary>Memory limits of k8s/base, in MiB; the runtime takes three quarters of its container's for the heap.</summary>
    private static readonly (string Name, string Folder, int Limit)[] Services =
    [
        ("inference", "services/inference/IclMesh.Inference", 3072),
        ("retrieval", "services/retrieval/IclMesh.Retrieval", 2048),
        ("kernel", "services/kernel/IclMesh.Kernel", 1024),
        ("gateway", "gateway/IclMesh.Gateway", 512),
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("iclmesh-requests-").FullName;
    private readonly Dictionary<string, Process> processes = [];
    private readonly Dictionary<string, GrpcChannel> channels = [];
    private readonly Dictionary<string, string> addresses = [];

    private MeshProcesses()
    {
    }

    public static async Task<MeshProcesses> StartAsync(string repository, bool limited, CancellationToken cancellationToken)
    {
        var mesh = new MeshProcesses();
        var models = Path.Combine(mesh.folder, "models");
        var embedded = Path.Combine(repository, "services/inference/IclMesh.Inference/models");
        Directory.CreateDirectory(models);
        Directory.CreateSymbolicLink(Path.Combine(models, "lm"), Path.Combine(embedded, "iclmesh-tiny"));
        Directory.CreateSymbolicLink(Path.Combine(models, "encoder"), Path.Combine(embedded, "iclmesh-tiny-embed"));
        Copy(Path.Combine(embedded, "iclmesh-tiny"), Path.Combine(models, "other"));
        var settings = new Dictionary<string, string>
        {
            ["ICLMESH_MODELS"] = models,
            ["ICLMESH_CACHE"] = Path.Combine(mesh.folder, "cache"),
            ["ICLMESH_OFFLINE"] = "1",
            ["Retrieval__Folder"] = Path.Combine(mesh.folder, "retrieval"),
            ["Gateway__Store__Folder"] = Path.Combine(mesh.folder, "gateway"),
            ["Gateway__Http__Url"] = "",
            ["Gateway__Predictions__Enabled"] = "true",
            ["Logging__LogLevel__Default"] = "Error",
        };
        foreach (var (name, project, limit) in Services)
        {
            var address = $"http://127.0.0.1:{FreePort()}";
            settings[$"Mesh__{name}"] = address;
            mesh.addresses[name] = address;
            var start = new ProcessStartInfo("dotnet", [Path.Combine(repository, project, "bin/Release/net10.0", Path.GetFileName(project) + ".dll"), "--urls", address])
            {
                WorkingDirectory = mesh.folder,
            };
            foreach (var (key, value) in settings)
            {
                start.Environment[key] = value;
            }

            if (limited)
            {
                start.Environment["DOTNET_GCHeapHardLimit"] = $"{((long)limit << 20) * 3 / 4:X}";
            }

            mesh.processes[name] = Process.Start(start)!;
            mesh.channels[name] = GrpcChannel.ForAddress(address, new() { MaxReceiveMessageSize = null });
        }

        foreach (var name in mesh.channels.Keys)
        {
            await mesh.UntilServingAsync(name, cancellationToken);
        }

        await mesh.FillAsync(cancellationToken);
        return mesh;
    }

    public IEnumerable<string> Names => channels.Keys;

    public string Address(string name) => addresses[name];

    public CallInvoker Invoker(string name) => channels[name].CreateCallInvoker();

    public GatewayService.GatewayServiceClient Gateway => new(channels["gateway"]);

    /// <summary>Limit of a service's pod, in MiB.</summary>
    public static int Limit(string name) => Services.Single(service => service.Name == name).Limit;

    public bool HasExited(string name) => processes[name].HasExited;

    /// <summary>Resident memory of a service, in MiB.</summary>
    public double Resident(string name)
    {
        processes[name].Refresh();
        return processes[name].WorkingSet64 / 1048576.0;
    }

    /// <summary>Lets a service collect its garbage, as it would when it needed the memory.</summary>
    public async Task CollectAsync(string name, CancellationToken cancellationToken)
    {
        const long CollectHeap = 0x800000;
        var client = new DiagnosticsClient(processes[name].Id);
        using var session = await client.StartEventPipeSessionAsync(
            [new EventPipeProvider("Microsoft-Windows-DotNETRuntime", System.Diagnostics.Tracing.EventLevel.Informational, CollectHeap)], requestRundown: false, token: cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        var drained = session.EventStream.CopyToAsync(Stream.Null, cancellationToken);
        await session.StopAsync(cancellationToken);
        await drained;
    }

    /// <summary>Brings the stores into the state that the valid requests expect.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        var demonstrations = Enumerable.Range(0, 24).Select(i => new NewDemonstration
        {
            Id = $"d{i}",
            Text = i % 2 == 0 ? $"a dull and lifeless film, number {i}" : $"a gripping and lovely film, number {i}",
            Label = $"{i % 2}",
        });
        using (var import = Gateway.ImportDemonstrations(cancellationToken: cancellationToken))
        {
            await import.RequestStream.WriteAsync(new() { Collection = "reviews", Encoder = "encoder", Demonstrations = { demonstrations } }, cancellationToken);
            await import.RequestStream.CompleteAsync();
            await import.ResponseStream.MoveNext(cancellationToken);
        }

        try
        {
            await new TaskService.TaskServiceClient(channels["gateway"]).CreateTaskAsync(new() { Task = GatewaySeeds.Reviews() }, cancellationToken: cancellationToken);
        }
        catch (RpcException known) when (known.StatusCode == StatusCode.AlreadyExists)
        {
            // A run fills the stores again and again.
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in channels.Values)
        {
            channel.Dispose();
        }

        foreach (var process in processes.Values)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task UntilServingAsync(string name, CancellationToken cancellationToken)
    {
        var health = new Health.HealthClient(channels[name]);
        for (var left = 300; ; left--)
        {
            try
            {
                if ((await health.CheckAsync(new(), cancellationToken: cancellationToken)).Status == HealthCheckResponse.Types.ServingStatus.Serving)
                {
                    return;
                }
            }
            catch (RpcException failure) when (left > 0 && failure.StatusCode == StatusCode.Unavailable && !HasExited(name))
            {
                // It has not begun to listen.
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
