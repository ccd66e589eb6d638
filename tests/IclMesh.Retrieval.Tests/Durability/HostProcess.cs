using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using IclMesh.Retrieval.V1;

namespace IclMesh.Retrieval.Tests.Durability;

/// <summary>The retrieval service in a process of its own, so that it can be killed.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process process;

    private HostProcess(Process process, GrpcChannel channel)
    {
        this.process = process;
        Channel = channel;
        Client = new(channel);
    }

    public GrpcChannel Channel { get; }

    public RetrievalService.RetrievalServiceClient Client { get; }

    /// <summary>Starts the service over a folder and waits until it answers.</summary>
    public static async Task<HostProcess> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "exec",
                Path.Combine(AppContext.BaseDirectory, "IclMesh.Retrieval.dll"),
                "--urls",
                $"http://127.0.0.1:{port}",
                "--Retrieval:Folder",
                folder,
                "--Logging:LogLevel:Default",
                "Error",
            },
        };
        var host = new HostProcess(Process.Start(start)!, GrpcChannel.ForAddress($"http://127.0.0.1:{port}"));
        var options = new CallOptions(cancellationToken: cancellationToken).WithWaitForReady();
        await host.Client.ListCollectionsAsync(new(), options);
        return host;
    }

    /// <summary>Ends the process without letting it do anything more (SIGKILL).</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        Channel.Dispose();
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
