using IclMesh.Gateway.Analyses;
using IclMesh.Gateway.CancelJob;
using IclMesh.Gateway.DeleteJob;
using IclMesh.Gateway.ExportTrace;
using IclMesh.Gateway.GetJob;
using IclMesh.Gateway.GetJobResult;
using IclMesh.Gateway.ListJobs;
using IclMesh.Gateway.ResumeJob;
using IclMesh.Gateway.StartJob;
using IclMesh.Gateway.WatchJob;
using IclMesh.Kernel.V1;
using IclMesh.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Jobs;

/// <summary>Jobs' part of the composition root.</summary>
internal static class JobServiceExtensions
{
    public static IServiceCollection AddJobs(this IServiceCollection services)
    {
        services.AddOptions<JobOptions>().BindConfiguration(JobOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<JobOptions>, JobOptionsValidator>();
        services.AddMeshClient<HeadAnalysisService.HeadAnalysisServiceClient>(HeadAnalysisService.Descriptor, "kernel", "http://127.0.0.1:8083", "FitLinearProbe");
        services.AddSingleton<KernelCalls>();
        services.AddSingleton<AnalysisFactory>();
        services.AddSingleton<JobStore>();
        services.AddSingleton<ShardStore>();
        services.AddSingleton<JobExecution>();
        services.AddHostedService<JobRunner>();
        services.AddHostedService<JobExpiry>();
        services.AddSingleton<StartJobHandler>();
        services.AddSingleton<GetJobHandler>();
        services.AddSingleton<ListJobsHandler>();
        services.AddSingleton<WatchJobHandler>();
        services.AddSingleton<CancelJobHandler>();
        services.AddSingleton<ResumeJobHandler>();
        services.AddSingleton<DeleteJobHandler>();
        services.AddSingleton<GetJobResultHandler>();
        services.AddSingleton<ExportTraceHandler>();
        return services;
    }
}
