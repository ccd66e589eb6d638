using Grpc.Core;
using IclMesh.Gateway.CancelJob;
using IclMesh.Gateway.DeleteJob;
using IclMesh.Gateway.ExportTrace;
using IclMesh.Gateway.GetJob;
using IclMesh.Gateway.GetJobResult;
using IclMesh.Gateway.ListJobs;
using IclMesh.Gateway.ResumeJob;
using IclMesh.Gateway.StartJob;
using IclMesh.Gateway.V1;
using IclMesh.Gateway.WatchJob;

namespace IclMesh.Gateway;

internal sealed class JobGrpcService(
    StartJobHandler startJob,
    GetJobHandler getJob,
    ListJobsHandler listJobs,
    WatchJobHandler watchJob,
    CancelJobHandler cancelJob,
    ResumeJobHandler resumeJob,
    DeleteJobHandler deleteJob,
    GetJobResultHandler getJobResult,
    ExportTraceHandler exportTrace) : JobService.JobServiceBase
{
    public override Task<StartJobResponse> StartJob(StartJobRequest request, ServerCallContext context) =>
        startJob.HandleAsync(request, context.CancellationToken);

    public override Task<GetJobResponse> GetJob(GetJobRequest request, ServerCallContext context) =>
        getJob.HandleAsync(request, context.CancellationToken);

    public override Task<ListJobsResponse> ListJobs(ListJobsRequest request, ServerCallContext context) =>
        listJobs.HandleAsync(request, context.CancellationToken);

    public override Task WatchJob(WatchJobRequest request, IServerStreamWriter<WatchJobResponse> responseStream, ServerCallContext context) =>
        watchJob.HandleAsync(request, responseStream, context.CancellationToken);

    public override Task<CancelJobResponse> CancelJob(CancelJobRequest request, ServerCallContext context) =>
        cancelJob.HandleAsync(request, context.CancellationToken);

    public override Task<ResumeJobResponse> ResumeJob(ResumeJobRequest request, ServerCallContext context) =>
        resumeJob.HandleAsync(request, context.CancellationToken);

    public override Task<DeleteJobResponse> DeleteJob(DeleteJobRequest request, ServerCallContext context) =>
        deleteJob.HandleAsync(request, context.CancellationToken);

    public override Task<GetJobResultResponse> GetJobResult(GetJobResultRequest request, ServerCallContext context) =>
        getJobResult.HandleAsync(request, context.CancellationToken);

    public override Task ExportTrace(ExportTraceRequest request, IServerStreamWriter<ExportTraceResponse> responseStream, ServerCallContext context) =>
        exportTrace.HandleAsync(request, responseStream, context.CancellationToken);
}
