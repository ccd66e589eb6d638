using System.Diagnostics;
using Grpc.Core;
using IclMesh.Gateway.V1;
using IclMesh.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Jobs;

/// <summary>Takes jobs from the store and runs them, as many at once as the options allow. Several gateways may share a store.</summary>
internal sealed partial class JobRunner(
    JobStore store, JobExecution execution, GatewayTelemetry telemetry, IOptions<JobOptions> options, TimeProvider clock, ILogger<JobRunner> logger)
    : BackgroundService
{
    private readonly string owner = $"{Environment.MachineName}/{Guid.NewGuid():N}";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.MaxRunning).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await store.ClaimAsync(owner, options.Value.Lease, stoppingToken) is { } job)
                {
                    await RunAsync(job, stoppingToken);
                }
                else
                {
                    await Task.Delay(options.Value.PollInterval, clock, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (MeshException failure)
            {
                // The store cannot be reached or is full; jobs wait until it can.
                LogStoreFailed(failure.Message);
                await Task.Delay(options.Value.Lease, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RunAsync(JobEntry job, CancellationToken stoppingToken)
    {
        Activity.Current = null;
        using var span = telemetry.Source.StartActivity("run_job");
        span?.SetTag(GatewayTelemetry.JobKind, job.Spec.AnalysisCase.ToString().ToLowerInvariant());
        LogStarted(job.Id, job.Attempts);
        var progress = new JobProgress(clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var work = execution.RunAsync(job, progress, stop.Token);
        while (await Task.WhenAny(work, Task.Delay(options.Value.PollInterval, clock, stop.Token)) != work)
        {
            if (!await store.ReportAsync(progress.Apply(job), owner, options.Value.Lease, stoppingToken))
            {
                // Cancelled, or the lease ran out and another gateway has it: what was recorded is safe either way.
                await stop.CancelAsync();
                break;
            }
        }

        var ended = await EndAsync(job, work, stop.Token);
        await store.ReportAsync(progress.Apply(job), owner, options.Value.Lease, CancellationToken.None);
        await store.EndAsync(ended, owner, CancellationToken.None);
        span?.SetTag(GatewayTelemetry.JobState, ended.State.ToString().ToLowerInvariant());
        LogEnded(job.Id, ended.State);
    }

    private async Task<JobEntry> EndAsync(JobEntry job, Task<string> work, CancellationToken stopped)
    {
        try
        {
            return job with { State = JobState.Succeeded, Phase = "done", Result = await work };
        }
        catch (Exception) when (stopped.IsCancellationRequested)
        {
            // The gateway shuts down: the job goes back to the queue. A cancelled job has no owner any more, so nothing is written for it.
            return job with { State = JobState.Queued, Phase = "interrupted" };
        }
        catch (MeshException failure)
        {
            return job with { State = JobState.Failed, Phase = "failed", Error = StatusTranslator.ToStatus(failure) };
        }
        catch (RpcException failure)
        {
            return job with { State = JobState.Failed, Phase = "failed", Error = failure.GetRpcStatus() ?? new() { Code = (int)failure.StatusCode, Message = failure.Status.Detail } };
        }
#pragma warning disable CA1031 // A bug in an analysis must end its job, not the gateway's work on all others.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(failure, job.Id);
            return job with { State = JobState.Failed, Phase = "failed", Error = new() { Code = (int)StatusCode.Internal, Message = "internal error" } };
        }
    }

    [LoggerMessage(EventId = 200, Level = LogLevel.Information, Message = "Job {Job} started, attempt {Attempt}")]
    private partial void LogStarted(string job, int attempt);

    [LoggerMessage(EventId = 201, Level = LogLevel.Information, Message = "Job {Job} ended: {State}")]
    private partial void LogEnded(string job, JobState state);

    [LoggerMessage(EventId = 202, Level = LogLevel.Error, Message = "Job {Job} failed")]
    private partial void LogFailed(Exception failure, string job);

    [LoggerMessage(EventId = 203, Level = LogLevel.Warning, Message = "Jobs wait for the store: {Reason}")]
    private partial void LogStoreFailed(string reason);
}
