using IclMesh.Gateway.GetCollection;
using IclMesh.Gateway.GetModel;
using IclMesh.Gateway.ImportDemonstrations;
using IclMesh.Gateway.Legs;
using IclMesh.Gateway.ListModels;
using IclMesh.Gateway.Predict;
using IclMesh.Gateway.Storage;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;
using IclMesh.Retrieval.V1;
using IclMesh.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway;

/// <summary>Composition root of the gateway.</summary>
public static class GatewayHostExtensions
{
    /// <summary>Adds the gateway: options, clients of the three services, handlers.</summary>
    /// <param name="builder">The host.</param>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();

        services.AddOptions<GatewayStoreOptions>().BindConfiguration(GatewayStoreOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayStoreOptions>, GatewayStoreOptionsValidator>();
        services.AddSingleton<IValidateOptions<GatewayStoreOptions>, GatewayStoreSelectionValidator>();
        services.AddSingleton(provider => GatewayDatabase.Open(provider.GetRequiredService<IOptions<GatewayStoreOptions>>().Value));
        services.AddSingleton<TaskStore>();

        services.AddMeshClient<InferenceService.InferenceServiceClient>(
            InferenceService.Descriptor, "inference", "http://127.0.0.1:8081", "Score", "Embed", "Tokenize", "GetModel", "ListModels");
        services.AddMeshClient<RetrievalService.RetrievalServiceClient>(
            RetrievalService.Descriptor, "retrieval", "http://127.0.0.1:8082", "CreateCollection", "GetCollection", "Search");
        services.AddMeshClient<KernelService.KernelServiceClient>(
            KernelService.Descriptor, "kernel", "http://127.0.0.1:8083", "PredictLabels", "ExplainPrediction");

        services.AddSingleton<GatewayTelemetry>();
        services.AddSingleton<ModelRecords>();
        services.AddSingleton<PredictHandler>();
        services.AddSingleton<ImportDemonstrationsHandler>();
        services.AddSingleton<GetCollectionHandler>();
        services.AddSingleton<GetModelHandler>();
        services.AddSingleton<ListModelsHandler>();
        return builder;
    }

    /// <summary>Maps the gateway's RPCs.</summary>
    /// <param name="app">The host.</param>
    public static WebApplication MapGateway(this WebApplication app)
    {
        // Opened before the port is: a store that cannot be used stops the host instead of failing its first caller.
        app.Services.GetRequiredService<GatewayDatabase>();
        app.MapGrpcService<GatewayGrpcService>();
        return app;
    }
}
