using IclMesh.Kernel.ExplainPrediction;
using IclMesh.Kernel.PredictLabels;
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
        builder.Services.AddSingleton<PredictLabelsHandler>();
        builder.Services.AddSingleton<ExplainPredictionHandler>();
        return builder;
    }

    /// <summary>Maps the kernel service.</summary>
    /// <param name="app">The host.</param>
    public static WebApplication MapKernel(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGrpcService<KernelGrpcService>();
        return app;
    }
}
