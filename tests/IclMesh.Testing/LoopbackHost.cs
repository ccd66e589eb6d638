using IclMesh.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace IclMesh.Testing;

/// <summary>A service of the mesh on a loopback port of its own, for tests in which services call each other.</summary>
public sealed class LoopbackHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private LoopbackHost(WebApplication app) => this.app = app;

    /// <summary>Address of the service.</summary>
    public string Address => app.Urls.Single();

    /// <summary>The host's services.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Starts a host.</summary>
    /// <param name="add">Adds the service.</param>
    /// <param name="map">Maps the service.</param>
    /// <param name="settings">Configuration.</param>
    public static async Task<LoopbackHost> StartAsync(
        Action<WebApplicationBuilder> add, Action<WebApplication> map, params IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddServiceDefaults(port: 0);
        add(builder);
        var app = builder.Build();
        app.MapServiceDefaults();
        map(app);
        await app.StartAsync();
        return new(app);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();
}
