using IclMesh.Kernel.AlignAttention;
using IclMesh.Kernel.CheckIdentity;
using IclMesh.Kernel.CombinePredictions;
using IclMesh.Kernel.CorrelateAttention;
using IclMesh.Kernel.CorrelateValues;
using IclMesh.Kernel.CrossValidateProbes;
using IclMesh.Kernel.EvaluateKernel;
using IclMesh.Kernel.ExplainPrediction;
using IclMesh.Kernel.FitLinearProbe;
using IclMesh.Kernel.MeasureBias;
using IclMesh.Kernel.MeasurePredictions;
using IclMesh.Kernel.MeasureRate;
using IclMesh.Kernel.PoolPredictions;
using IclMesh.Kernel.PredictLabels;
using IclMesh.Kernel.PredictLabelSets;
using IclMesh.Kernel.RunGinc;
using IclMesh.Kernel.RunRegression;
using IclMesh.Kernel.RunTable3;
using IclMesh.Kernel.ScanHeads;
using IclMesh.Kernel.ScoreInduction;
using IclMesh.Kernel.SelectBandwidth;
using IclMesh.Kernel.SelectKernel;
using IclMesh.Kernel.SelectRidge;
using Microsoft.Extensions.Options;

namespace IclMesh.Kernel;

/// <summary>Composition root of the kernel service.</summary>
public static class KernelHostExtensions
{
    /// <summary>Adds the kernel service.</summary>
    /// <param name="builder">The host.</param>
    public static WebApplicationBuilder AddKernel(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<KernelOptions>().BindConfiguration(KernelOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<KernelOptions>, KernelOptionsValidator>();
        builder.Services.AddSingleton<WorkLimits>();
        builder.Services.AddSingleton<AlignAttentionHandler>();
        builder.Services.AddSingleton<CheckIdentityHandler>();
        builder.Services.AddSingleton<CombinePredictionsHandler>();
        builder.Services.AddSingleton<CorrelateAttentionHandler>();
        builder.Services.AddSingleton<CorrelateValuesHandler>();
        builder.Services.AddSingleton<CrossValidateProbesHandler>();
        builder.Services.AddSingleton<EvaluateKernelHandler>();
        builder.Services.AddSingleton<ExplainPredictionHandler>();
        builder.Services.AddSingleton<FitLinearProbeHandler>();
        builder.Services.AddSingleton<MeasureBiasHandler>();
        builder.Services.AddSingleton<MeasurePredictionsHandler>();
        builder.Services.AddSingleton<MeasureRateHandler>();
        builder.Services.AddSingleton<PoolPredictionsHandler>();
        builder.Services.AddSingleton<PredictLabelsHandler>();
        builder.Services.AddSingleton<PredictLabelSetsHandler>();
        builder.Services.AddSingleton<RunGincHandler>();
        builder.Services.AddSingleton<RunRegressionHandler>();
        builder.Services.AddSingleton<RunTable3Handler>();
        builder.Services.AddSingleton<ScanHeadsHandler>();
        builder.Services.AddSingleton<ScoreInductionHandler>();
        builder.Services.AddSingleton<SelectBandwidthHandler>();
        builder.Services.AddSingleton<SelectKernelHandler>();
        builder.Services.AddSingleton<SelectRidgeHandler>();
        return builder;
    }

    /// <summary>Maps the kernel service.</summary>
    /// <param name="app">The host.</param>
    public static WebApplication MapKernel(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Use(async (context, next) =>
        {
            using (context.RequestServices.GetRequiredService<WorkLimits>().Begin())
            {
                await next(context);
            }
        });
        app.MapGrpcService<KernelGrpcService>();
        app.MapGrpcService<EvaluationGrpcService>();
        app.MapGrpcService<HeadAnalysisGrpcService>();
        app.MapGrpcService<TheoryLabGrpcService>();
        return app;
    }
}
