using IclMesh.Retrieval.AuditCollection;
using IclMesh.Retrieval.BatchSearch;
using IclMesh.Retrieval.CompactCollection;
using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Auditing;
using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.CreateCollection;
using IclMesh.Retrieval.CreateSnapshot;
using IclMesh.Retrieval.DeleteCollection;
using IclMesh.Retrieval.DeleteDemonstrations;
using IclMesh.Retrieval.DeleteSnapshot;
using IclMesh.Retrieval.GetCollection;
using IclMesh.Retrieval.GetDemonstrations;
using IclMesh.Retrieval.ListChanges;
using IclMesh.Retrieval.ListCollections;
using IclMesh.Retrieval.ListDemonstrations;
using IclMesh.Retrieval.ListSnapshots;
using IclMesh.Retrieval.RestoreSnapshot;
using IclMesh.Retrieval.Search;
using IclMesh.Retrieval.UpsertDemonstrations;
using Microsoft.Extensions.Options;

namespace IclMesh.Retrieval;

/// <summary>Composition root of the retrieval service.</summary>
public static class RetrievalHostExtensions
{
    /// <summary>Adds the retrieval service: options, core and handlers.</summary>
    /// <param name="builder">The host.</param>
    public static WebApplicationBuilder AddRetrieval(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<RetrievalOptions>().BindConfiguration(RetrievalOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RetrievalOptions>, RetrievalOptionsValidator>();
        services.AddSingleton<IValidateOptions<RetrievalOptions>, StoreSelectionValidator>();
        services.AddSingleton(provider => StoreFactory.Open(
            provider.GetRequiredService<IOptions<RetrievalOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<IDemonstrationStore>>()));
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<RetrievalOptions>>().Value.MaxSearchMebibytes is > 0 and var mebibytes
            ? new SearchMemory((long)mebibytes << 20)
            : SearchMemory.Usual());
        services.AddSingleton<DemonstrationSearch>();
        services.AddSingleton<CollectionAudit>();

        services.AddSingleton<CreateCollectionHandler>();
        services.AddSingleton<GetCollectionHandler>();
        services.AddSingleton<ListCollectionsHandler>();
        services.AddSingleton<DeleteCollectionHandler>();
        services.AddSingleton<UpsertDemonstrationsHandler>();
        services.AddSingleton<GetDemonstrationsHandler>();
        services.AddSingleton<ListDemonstrationsHandler>();
        services.AddSingleton<DeleteDemonstrationsHandler>();
        services.AddSingleton<SearchHandler>();
        services.AddSingleton<BatchSearchHandler>();
        services.AddSingleton<ListChangesHandler>();
        services.AddSingleton<CompactCollectionHandler>();
        services.AddSingleton<CreateSnapshotHandler>();
        services.AddSingleton<ListSnapshotsHandler>();
        services.AddSingleton<DeleteSnapshotHandler>();
        services.AddSingleton<RestoreSnapshotHandler>();
        services.AddSingleton<AuditCollectionHandler>();
        services.AddSingleton<RetrievalGrpcService>();
        return builder;
    }

    /// <summary>Maps the retrieval service's RPCs.</summary>
    /// <param name="app">The host.</param>
    public static WebApplication MapRetrieval(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);

        // Opened before the port is: a store that cannot be used stops the host instead of failing its first caller.
        app.Services.GetRequiredService<IDemonstrationStore>();
        app.MapGrpcService<RetrievalGrpcService>();
        return app;
    }
}
