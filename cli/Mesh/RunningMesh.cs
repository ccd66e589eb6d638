using System.Diagnostics;
using System.Text.Json;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using IclMesh.LocalMesh;
using IclMesh.ServiceDefaults;

namespace IclMesh.Cli.Mesh;

/// <summary>The mesh that <c>iclmesh up</c> serves from a data folder; a small file there lets other commands find it.</summary>
/// <param name="ProcessId">Process that serves it.</param>
/// <param name="StartTime">When that process started: ids are used again.</param>
/// <param name="Offline">It never downloads a model.</param>
/// <param name="Addresses">Address of each service by its name.</param>
internal sealed record RunningMesh(int ProcessId, DateTime StartTime, bool Offline, IReadOnlyDictionary<string, string> Addresses)
{
    private const string FileName = "mesh.json";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Address of its gateway.</summary>
    public Uri Gateway => new(Addresses["gateway"]);

    /// <summary>Says that this process serves a folder.</summary>
    /// <param name="settings">The mesh's settings.</param>
    /// <param name="addresses">Address of each service by its name.</param>
    /// <returns>Takes it back when disposed of.</returns>
    public static IDisposable Announce(MeshSettings settings, IReadOnlyDictionary<string, string> addresses)
    {
        using var process = Process.GetCurrentProcess();
        var mesh = new RunningMesh(process.Id, process.StartTime.ToUniversalTime(), settings.Offline, addresses);
        var path = Path.Combine(settings.DataFolder, FileName);

        // Written whole under another name: whoever reads it reads all of it.
        var draft = $"{path}.{process.Id}";
        File.Delete(draft);
        using (var file = PrivateFiles.Create(draft))
        {
            JsonSerializer.Serialize(file, mesh);
        }

        File.Move(draft, path, overwrite: true);
        return new Announcement(path);
    }

    /// <summary>The mesh that serves a folder; null where none does. What a killed one left behind is removed.</summary>
    /// <param name="dataFolder">The folder.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<RunningMesh?> FindAsync(string dataFolder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(dataFolder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        if (Read(path) is { } mesh && mesh.IsAlive() && await mesh.IsServingAsync(cancellationToken))
        {
            return mesh;
        }

        File.Delete(path);
        return null;
    }

    private static RunningMesh? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunningMesh>(File.ReadAllBytes(path)) is { Addresses: { } addresses } mesh
                && addresses.TryGetValue("gateway", out var gateway) && Uri.TryCreate(gateway, UriKind.Absolute, out _) ? mesh : null;
        }
        catch (Exception exception) when (exception is JsonException or FileNotFoundException)
        {
            return null;
        }
    }

    private bool IsAlive()
    {
        try
        {
            using var process = Process.GetProcessById(ProcessId);
            return (process.StartTime.ToUniversalTime() - StartTime).Duration() < TimeSpan.FromSeconds(1);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task<bool> IsServingAsync(CancellationToken cancellationToken)
    {
        using var channel = GrpcChannel.ForAddress(Gateway, new() { HttpHandler = MeshHttpHandler.Create(), DisposeHttpClient = true });
        try
        {
            var answer = await new Health.HealthClient(channel).CheckAsync(new(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Patience, cancellationToken: cancellationToken);
            return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving;
        }
        catch (RpcException exception) when (exception.StatusCode != StatusCode.Cancelled)
        {
            return false;
        }
    }

    private sealed class Announcement(string path) : IDisposable
    {
        public void Dispose() => File.Delete(path);
    }
}
