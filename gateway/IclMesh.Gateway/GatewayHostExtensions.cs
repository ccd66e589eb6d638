using IclMesh.Gateway.BuildPrompt;
using IclMesh.Gateway.CreateTask;
using IclMesh.Gateway.DeleteTask;
using IclMesh.Gateway.GetCollection;
using IclMesh.Gateway.GetModel;
using IclMesh.Gateway.GetPrediction;
using IclMesh.Gateway.GetTask;
using IclMesh.Gateway.ImportDemonstrations;
using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.Legs;
using IclMesh.Gateway.ListModels;
using IclMesh.Gateway.ListPredictions;
using IclMesh.Gateway.ListTasks;
using IclMesh.Gateway.MeasureInfluence;
using IclMesh.Gateway.Predict;
using IclMesh.Gateway.Predict.Combining;
using IclMesh.Gateway.PredictBatch;
using IclMesh.Gateway.PredictStream;
using IclMesh.Gateway.Predictions;
using IclMesh.Gateway.Prompts;
using IclMesh.Gateway.ReplayPrediction;
using IclMesh.Gateway.Storage;
using IclMesh.Gateway.Tasks;
using IclMesh.Gateway.UpdateTask;
using IclMesh.Gateway.ValidateTask;
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

        services.AddHttpFaces();
        services.AddOptions<GatewayStoreOptions>().BindConfiguration(GatewayStoreOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayStoreOptions>, GatewayStoreOptionsValidator>();
        services.AddSingleton<IValidateOptions<GatewayStoreOptions>, GatewayStoreSelectionValidator>();
        services.AddSingleton(provider => GatewayDatabase.Open(provider.GetRequiredService<IOptions<GatewayStoreOptions>>().Value));
        services.AddSingleton<TaskStore>();
        services.AddSingleton<PredictionStore>();
        services.AddOptions<PredictionStoreOptions>().BindConfiguration(PredictionStoreOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PredictionStoreOptions>, PredictionStoreOptionsValidator>();

        services.AddMeshClient<InferenceService.InferenceServiceClient>(
            InferenceService.Descriptor, "inference", "http://127.0.0.1:8081", "Score", "Embed", "Tokenize", "GetModel", "ListModels");
        services.AddMeshClient<RetrievalService.RetrievalServiceClient>(
            RetrievalService.Descriptor, "retrieval", "http://127.0.0.1:8082", "CreateCollection", "GetCollection", "Search");
        services.AddMeshClient<KernelService.KernelServiceClient>(
            KernelService.Descriptor, "kernel", "http://127.0.0.1:8083", "PredictLabels", "ExplainPrediction", "CorrelateValues", "RunRegression");
        services.AddMeshClient<EvaluationService.EvaluationServiceClient>(
            EvaluationService.Descriptor, "kernel", "http://127.0.0.1:8083", "MeasurePredictions", "CombinePredictions", "PoolPredictions");

        services.AddSingleton<GatewayTelemetry>();
        services.AddSingleton<ModelRecords>();
        services.AddSingleton<TaskResolver>();
        services.AddSingleton<TaskInspector>();
        services.AddSingleton<DemonstrationSelector>();
        services.AddSingleton<NeighbourVoter>();
        services.AddSingleton<AnswerCombiner>();
        services.AddSingleton<PromptScorer>();
        services.AddSingleton<Calibrator>();
        services.AddSingleton<Predictor>();
        services.AddSingleton<ItemPredictor>();
        services.AddSingleton<PromptCounter>();
        services.AddSingleton<PredictionKeeper>();
        services.AddHostedService<PredictionExpiry>();
        services.AddSingleton<PredictHandler>();
        services.AddSingleton<PredictBatchHandler>();
        services.AddSingleton<PredictStreamHandler>();
        services.AddSingleton<MeasureInfluenceHandler>();
        services.AddSingleton<BuildPromptHandler>();
        services.AddSingleton<GetPredictionHandler>();
        services.AddSingleton<ListPredictionsHandler>();
        services.AddSingleton<ReplayPredictionHandler>();
        services.AddSingleton<ImportDemonstrationsHandler>();
        services.AddSingleton<GetCollectionHandler>();
        services.AddSingleton<GetModelHandler>();
        services.AddSingleton<ListModelsHandler>();
        services.AddSingleton<CreateTaskHandler>();
        services.AddSingleton<GetTaskHandler>();
        services.AddSingleton<ListTasksHandler>();
        services.AddSingleton<UpdateTaskHandler>();
        services.AddSingleton<DeleteTaskHandler>();
        services.AddSingleton<ValidateTaskHandler>();
        services.AddJobs();
        return builder;
    }

    /// <summary>Maps the gateway's RPCs.</summary>
    /// <param name="app">The host.</param>
    public static WebApplication MapGateway(this WebApplication app)
    {
        // Opened before the port is: a store that cannot be used stops the host instead of failing its first caller.
        app.Services.GetRequiredService<GatewayDatabase>();
        app.MapHttpFaces();
        app.MapGrpcService<GatewayGrpcService>();
        app.MapGrpcService<TaskGrpcService>();
        app.MapGrpcService<JobGrpcService>();
        return app;
    }
}
