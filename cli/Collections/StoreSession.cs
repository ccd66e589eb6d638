using System.CommandLine;
using Grpc.Net.Client;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Mesh;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;
using IclMesh.ServiceDefaults;

namespace IclMesh.Cli.Collections;

/// <summary>A retrieval service to talk to, and an inference service for embeddings: somebody else's, or hosted by this process.</summary>
internal sealed class StoreSession : IAsyncDisposable
{
    private readonly GrpcChannel store;
    private readonly GrpcChannel? models;
    private readonly InProcessMesh? mesh;

    private StoreSession(Uri store, Uri? models, InProcessMesh? mesh)
    {
        this.mesh = mesh;
        this.store = Channel(store);
        this.models = models is null ? null : Channel(models);
        Retrieval = new(this.store);
        Inference = this.models is null ? null : new(this.models);
    }

    public RetrievalService.RetrievalServiceClient Retrieval { get; }

    /// <summary>Null where only a retrieval service was named.</summary>
    public InferenceService.InferenceServiceClient? Inference { get; }

    /// <summary>Opens what the command line names.</summary>
    public static async Task<StoreSession> OpenAsync(
        StoreOptions options, ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (options.Retrieval(parsed) is { } retrieval)
        {
            return new(retrieval, options.Inference(parsed), mesh: null);
        }

        var settings = options.Mesh.Settings(parsed);
        if (await MeshCommandOptions.FindAsync(settings, terminal, cancellationToken) is { } running)
        {
            return new(new(running.Addresses["retrieval"]), new(running.Addresses["inference"]), mesh: null);
        }

        var mesh = await terminal.StatusAsync("starting the mesh", () => InProcessMesh.StartAsync(settings, cancellationToken));
        return new(new(mesh.Addresses["retrieval"]), new(mesh.Addresses["inference"]), mesh);
    }

    /// <summary>Embeds texts.</summary>
    /// <exception cref="MeshException">Only a retrieval service was named.</exception>
    public async Task<EmbedResponse> EmbedAsync(string encoder, IEnumerable<string> texts, CancellationToken cancellationToken) =>
        Inference is null
            ? throw MeshException.Invalid("--inference", "must be set together with --retrieval, because texts are embedded")
            : await Inference.EmbedAsync(new() { Model = encoder, Texts = { texts } }, cancellationToken: cancellationToken);

    public async ValueTask DisposeAsync()
    {
        store.Dispose();
        models?.Dispose();
        if (mesh is not null)
        {
            await mesh.DisposeAsync();
        }
    }

    private static GrpcChannel Channel(Uri address) =>
        GrpcChannel.ForAddress(address, new() { HttpHandler = MeshHttpHandler.Create(), DisposeHttpClient = true, MaxReceiveMessageSize = null });
}
