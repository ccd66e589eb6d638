using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IclMesh.ServiceDefaults;

/// <summary>A service of the mesh on loopback ports of this process: for a mesh in one process, a soak, and tests in which services call each other.</summary>
public sealed class LoopbackHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private LoopbackHost(WebApplication app) => this.app = app;

    /// <summary>Address of the service.</summary>
    public string Address => app.Urls.First();

    /// <summary>Address of what it serves over HTTP/1.1; null where it serves nothing so.</summary>
    public string? HttpAddress => app.Urls.Skip(1).FirstOrDefault();

    /// <summary>The host's services.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Starts a host.</summary>
    /// <param name="add">Adds the service, for example <c>b => b.AddKernel()</c>.</param>
    /// <param name="map">Maps the service, for example <c>a => a.MapKernel()</c>.</param>
    /// <param name="settings">Configuration; stronger than what the environment says.</param>
    /// <param name="port">Port to listen on; 0 takes a free one.</param>
    /// <param name="log">Log warnings to standard error, instead of nothing.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<LoopbackHost> StartAsync(
        Action<WebApplicationBuilder> add,
        Action<WebApplication> map,
        IEnumerable<KeyValuePair<string, string?>>? settings = null,
        int port = 0,
        bool log = false,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(map);
        cancellationToken.ThrowIfCancellationRequested();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "iclmesh", ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Logging.ClearProviders();
        if (log)
        {
            builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        }

        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.AddServiceDefaults(port: 0);
        add(builder);

        var app = builder.Build();
        app.MapServiceDefaults();
        map(app);
        try
        {
            await app.StartAsync(cancellationToken);
            return new(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
