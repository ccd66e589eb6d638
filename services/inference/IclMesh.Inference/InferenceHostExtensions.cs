using IclMesh.Inference.Core;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Engine;
using IclMesh.Inference.Engine.Sessions;
using IclMesh.Inference.ModelFiles.Hub;
using IclMesh.Inference.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace IclMesh.Inference;

/// <summary>Composition root of the inference service.</summary>
public static class InferenceHostExtensions
{
    /// <summary>Adds the inference service: options, core and handlers.</summary>
    /// <param name="builder">The host.</param>
    public static WebApplicationBuilder AddInference(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<InferenceOptions>().BindConfiguration(InferenceOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<InferenceOptions>, InferenceOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(CreateLocations);
        services.AddSingleton(provider => new ModelResolver(
            provider.GetRequiredService<ModelLocations>(), new HttpMessageInvoker(ModelResolver.CreateHandler()), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IModelCatalog>(CreateCatalog);
        services.AddSingleton<IModelEngine>(CreateEngine);
        services.AddSingleton(CreateSettings);
        services.AddSingleton<ModelLibrary>();
        services.AddSingleton(CreateAdmission);
        services.AddSingleton<InferenceTelemetry>();
        services.AddHostedService<ModelPreloader>();
        services.AddSingleton<Score.ScoreHandler>();
        services.AddSingleton<Embed.EmbedHandler>();
        services.AddSingleton<Tokenize.TokenizeHandler>();
        services.AddSingleton<Detokenize.DetokenizeHandler>();
        services.AddSingleton<Capture.CaptureHandler>();
        services.AddSingleton<Generate.GenerateHandler>();
        services.AddSingleton<GetModel.GetModelHandler>();
        services.AddSingleton<LoadModel.LoadModelHandler>();
        services.AddSingleton<UnloadModel.UnloadModelHandler>();
        services.AddSingleton<ListModels.ListModelsHandler>();
        return builder;
    }

    /// <summary>Maps the inference service's RPCs.</summary>
    /// <param name="app">The host.</param>
    public static WebApplication MapInference(this WebApplication app)
    {
        app.MapGrpcService<InferenceGrpcService>();
        return app;
    }

    private static ModelLocations CreateLocations(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<InferenceOptions>>().Value;
        var locations = ModelLocations.FromEnvironment(Environment.GetEnvironmentVariable);
        return locations with
        {
            Folders = options.ModelFolders.Count > 0 ? [.. options.ModelFolders] : locations.Folders,
            Offline = options.Offline || locations.Offline,
            DownloadBytes = (long)options.DownloadGibibytes << 30,
        };
    }

    private static ResolvedCatalog CreateCatalog(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<InferenceOptions>>().Value;
        var admitted = options.AdmitAll ? null : options.Admitted.Concat(options.Preload).ToHashSet(StringComparer.Ordinal);
        return new(services.GetRequiredService<ModelLocations>(), services.GetRequiredService<ModelResolver>(), admitted);
    }

    private static TextAdmission CreateAdmission(IServiceProvider services)
    {
        var settings = services.GetRequiredService<ServingSettings>();
        return new(settings.Memory, settings.MaxTextBytes, services.GetRequiredService<ModelLibrary>().Workers);
    }

    private static OnnxEngine CreateEngine(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<InferenceOptions>>().Value;
        var cache = options.WeightCacheFolder.Length > 0 ? options.WeightCacheFolder : services.GetRequiredService<ModelLocations>().WeightFolder;
        return new(new(cache)
        {
            Provider = ExecutionProviders.Choose(options.Provider, options.FallBackToCpu, ExecutionProviders.Available()),
            Precision = options.Precision,
            CacheBytes = (long)options.WeightCacheMebibytes << 20,
        });
    }

    private static ServingSettings CreateSettings(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<InferenceOptions>>().Value;
        return new()
        {
            MinimumAgreement = options.MinimumAgreement,
            Workers = options.Workers > 0 ? options.Workers : Environment.ProcessorCount,
            QueueLimit = options.QueueLimit,
            PrefixCacheBytes = (long)options.PrefixCacheMebibytes << 20,
            EmbeddingCacheEntries = options.EmbeddingCacheEntries,
            BatchTokens = options.BatchTokens,
            CaptureBytes = (long)options.CaptureMebibytes << 20,
            MaxTextBytes = options.MaxTextBytes,
            Memory = new((long)options.CallMebibytes << 20, (long)options.CallMebibytes << 20),
        };
    }
}
