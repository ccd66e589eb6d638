using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using IclMesh.Testing;

namespace IclMesh.EndToEnd.Tests;

/// <summary>One of the programs of this repository as a process of its own.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process process;

    private HostProcess(Process process, string address) => (this.process, Address) = (process, address);

    public string Address { get; }

    /// <summary>Starts a service on a free port and waits until it reports that it serves.</summary>
    /// <param name="project">Folder of the project below the repository, for example <c>services/kernel/IclMesh.Kernel</c>.</param>
    /// <param name="settings">Environment variables.</param>
    public static async Task<HostProcess> StartAsync(string project, params IEnumerable<(string Key, string Value)> settings)
    {
        var address = FreeAddress();
        var start = Program(project);
        start.ArgumentList.Add("--urls");
        start.ArgumentList.Add(address);
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        var host = new HostProcess(Process.Start(start)!, address);
        await host.ServingAsync();
        return host;
    }

    /// <summary>How a project's program is started: the very build that is under test.</summary>
    public static ProcessStartInfo Program(string project, string? assembly = null)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration) = (output.Name, output.Parent!.Name);
        var path = Path.Combine(SharedFolder.Repository, project, "bin", configuration, framework, $"{assembly ?? Path.GetFileName(project)}.dll");
        return new("dotnet", [path]) { UseShellExecute = false };
    }

    /// <summary>An address that nobody serves.</summary>
    public static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private async Task ServingAsync()
    {
        using var channel = GrpcChannel.ForAddress(Address);
        var health = new Health.HealthClient(channel);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            Assert.False(process.HasExited, $"{process.StartInfo.ArgumentList[0]} ended early");
            try
            {
                await health.CheckAsync(new(), cancellationToken: patience.Token);
                return;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Unavailable)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
            }
        }
    }
}
