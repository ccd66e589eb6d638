using IclMesh.Retrieval.Core;
using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.Core.Sqlite;
using IclMesh.Retrieval.CreateCollection;
using IclMesh.Retrieval.DeleteCollection;
using IclMesh.Retrieval.DeleteDemonstrations;
using IclMesh.Retrieval.GetCollection;
using IclMesh.Retrieval.GetDemonstrations;
using IclMesh.Retrieval.ListCollections;
using IclMesh.Retrieval.ListDemonstrations;
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
        services.AddSingleton<IDemonstrationStore>(provider => SqliteDemonstrationStore.Open(
            new(provider.GetRequiredService<IOptions<RetrievalOptions>>().Value.Folder), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DemonstrationSearch>();

        services.AddSingleton<CreateCollectionHandler>();
        services.AddSingleton<GetCollectionHandler>();
        services.AddSingleton<ListCollectionsHandler>();
        services.AddSingleton<DeleteCollectionHandler>();
        services.AddSingleton<UpsertDemonstrationsHandler>();
        services.AddSingleton<GetDemonstrationsHandler>();
        services.AddSingleton<ListDemonstrationsHandler>();
        services.AddSingleton<DeleteDemonstrationsHandler>();
        services.AddSingleton<SearchHandler>();
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
