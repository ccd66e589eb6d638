using Grpc.Net.Client;
using IclMesh.Inference;
using IclMesh.Inference.Core.Models;
using IclMesh.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static IclMesh.Inference.V1.InferenceService;

namespace IclMesh.Soak;

/// <summary>The inference service on a loopback port of this process, and a client of it.</summary>
internal sealed class SoakHost : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly GrpcChannel channel;

    private SoakHost(WebApplication app)
    {
        this.app = app;
        channel = GrpcChannel.ForAddress(app.Urls.Single(), new() { MaxReceiveMessageSize = null });
        Client = new(channel);
    }

    public InferenceServiceClient Client { get; }

    /// <summary>Calls inside all models now.</summary>
    public int Calls => app.Services.GetRequiredService<ModelLibrary>().Loaded.Sum(model => model.Calls);

    public static async Task<SoakHost> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults(port: 0);
        builder.AddInference();
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapInference();
        await app.StartAsync(cancellationToken);
        return new(app);
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
