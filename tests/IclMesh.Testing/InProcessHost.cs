using Grpc.Net.Client;
using IclMesh.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace IclMesh.Testing;

/// <summary>A service of the mesh in this process: real gRPC, real pipeline, no socket.</summary>
public sealed class InProcessHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private InProcessHost(WebApplication app)
    {
        this.app = app;
        Channel = GrpcChannel.ForAddress("http://in-process", new() { HttpHandler = app.GetTestServer().CreateHandler() });
    }

    /// <summary>Channel to the service.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>The host's services.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Starts a host.</summary>
    /// <param name="add">Adds the service, for example <c>b => b.AddKernel()</c>.</param>
    /// <param name="map">Maps the service, for example <c>a => a.MapKernel()</c>.</param>
    /// <param name="settings">Configuration, for example <c>("Kernel:MaxMultiplyAdds", "1000")</c>.</param>
    public static async Task<InProcessHost> StartAsync(
        Action<WebApplicationBuilder> add, Action<WebApplication> map, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value)));
        builder.AddServiceDefaults(port: 0);
        add(builder);
        var app = builder.Build();
        app.MapServiceDefaults();
        map(app);
        await app.StartAsync();
        return new(app);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await app.DisposeAsync();
    }
}
