using Grpc.Net.Client;
using IclMesh.Cli.Mesh;
using IclMesh.Kernel;
using IclMesh.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IclMesh.Cli.Kernel;

/// <summary>A kernel service to talk to: somebody else's, or one that this process hosts on a loopback port.</summary>
internal sealed class KernelSession : IAsyncDisposable
{
    private readonly WebApplication? host;

    private KernelSession(string address, WebApplication? host)
    {
        this.host = host;
        Channel = GrpcChannel.ForAddress(address, new() { MaxReceiveMessageSize = null });
    }

    public GrpcChannel Channel { get; }

    public static async Task<KernelSession> OpenAsync(Uri? address, CancellationToken cancellationToken)
    {
        if (address is not null)
        {
            return new(address.ToString(), host: null);
        }

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "iclmesh", ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Logging.ClearProviders();

        // The person at this terminal owns the machine: an experiment may take as long as it takes.
        builder.Configuration.AddInMemoryCollection([new("Kernel:MaxMultiplyAdds", $"{long.MaxValue}")]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults(port: 0);
        builder.AddKernel();
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapKernel();
        await app.StartAsync(cancellationToken);
        return new(app.Urls.Single(), app);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        if (host is not null)
        {
            await host.StopAsync();
            await host.DisposeAsync();
        }
    }
}
