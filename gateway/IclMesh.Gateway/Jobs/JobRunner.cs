using System.Diagnostics;
using Grpc.Core;
using IclMesh.Gateway.Predictions;
using IclMesh.Gateway.V1;
using IclMesh.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.Jobs;

/// <summary>Takes jobs from the store and runs them, as many at once as the options allow. Several gateways may share a store.</summary>
internal sealed partial class JobRunner(
    JobStore store,
    JobExecution execution,
    GatewayTelemetry telemetry,
    IOptions<JobOptions> options,
    IOptions<PredictionStoreOptions> redaction,
    TimeProvider clock,
    ILogger<JobRunner> logger)
    : BackgroundService
{
    private TimeSpan Lease => options.Value.Lease;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.MaxRunning).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await store.ClaimAsync(Lease, stoppingToken) is { } job)
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
#pragma warning disable CA1031 // Whatever the store throws, jobs wait until it can be used; the gateway goes on serving.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogStoreFailed(failure, failure.Message);
                await Task.Delay(Lease, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RunAsync(ClaimedJob job, CancellationToken stoppingToken)
    {
        Activity.Current = null;
        using var span = telemetry.Source.StartActivity("run_job");
        span?.SetTag(GatewayTelemetry.JobKind, job.Spec.AnalysisCase.ToString().ToLowerInvariant());
        LogStarted(job.Id, job.Attempt.Number);
        var progress = new JobProgress(clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var work = execution.RunAsync(job, progress, stop.Token);
        var finished = false;
        try
        {
            finished = await HoldAsync(job.Attempt, work, progress, stoppingToken);
        }
        finally
        {
            // However holding it ended, no work goes on beside the job's next attempt.
            await stop.CancelAsync();
            await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var state = finished || stoppingToken.IsCancellationRequested ? await EndAsync(job, work, progress.Report(), stoppingToken) : null;
        span?.SetTag(GatewayTelemetry.JobState, state?.ToString().ToLowerInvariant() ?? "lost");
        LogEnded(job.Id, state);
    }

    /// <summary>Renews the lease until the work is done, the gateway stops, or the job is lost; a store that fails is borne as long as the lease lasts.</summary>
    /// <returns>True where the work is done.</returns>
    private async Task<bool> HoldAsync(JobAttempt attempt, Task work, JobProgress progress, CancellationToken stoppingToken)
    {
        var renewed = clock.GetTimestamp();
        while (await Task.WhenAny(work, Task.Delay(options.Value.PollInterval, clock, stoppingToken)) != work && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!await store.RenewAsync(attempt, progress.Report(), Lease, stoppingToken))
                {
                    return false;
                }

                renewed = clock.GetTimestamp();
            }
#pragma warning disable CA1031 // As above: the store may come back before the lease is over.
            catch (Exception failure) when (clock.GetElapsedTime(renewed) < Lease && !stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogStoreFailed(failure, failure.Message);
            }
        }

        return work.IsCompleted;
    }

    /// <summary>Writes how an attempt ended.</summary>
    /// <returns>The state that the attempt left the job in; null where the job was no longer its own.</returns>
    private async Task<JobState?> EndAsync(ClaimedJob job, Task<string> work, JobProgressReport progress, CancellationToken stoppingToken)
    {
        JobEnd end;
        try
        {
            end = new(JobState.Succeeded, progress with { Phase = "done" }, Result: await work);
        }
        catch (LeaseLostException)
        {
            return null;
        }
#pragma warning disable CA1031 // A bug in an analysis must end its job, not the gateway's work on all others.
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            return await store.ReleaseAsync(job.Attempt, progress with { Phase = "interrupted" }, CancellationToken.None) ? JobState.Queued : null;
        }
        catch (Exception failure)
#pragma warning restore CA1031
        {
            end = new(JobState.Failed, progress with { Phase = "failed" }, Error: Describe(failure, job.Id));
        }

        var redacted = end.State == JobState.Succeeded && redaction.Value.Redaction == PredictionStoreOptions.Texts ? JobRows.Redact(job.Spec) : null;
        return await PersistAsync(() => store.EndAsync(job.Attempt, end, redacted, CancellationToken.None), stoppingToken) ? end.State : null;
    }

    /// <summary>Writes in spite of a store that fails for less than a lease; later the job runs again from its record.</summary>
    private async Task<bool> PersistAsync(Func<Task<bool>> write, CancellationToken stoppingToken)
    {
        for (var start = clock.GetTimestamp(); ;)
        {
            try
            {
                return await write();
            }
            catch (MeshException failure) when (failure.Kind == ErrorKind.Unavailable && clock.GetElapsedTime(start) < Lease)
            {
                LogStoreFailed(failure, failure.Message);
                await Task.Delay(options.Value.PollInterval, clock, stoppingToken);
            }
        }
    }

    private Google.Rpc.Status Describe(Exception failure, string job)
    {
        switch (failure)
        {
            case MeshException mesh:
                return StatusTranslator.ToStatus(mesh);
            case RpcException rpc:
                return rpc.GetRpcStatus() ?? new() { Code = (int)rpc.StatusCode, Message = rpc.Status.Detail };
            default:
                LogFailed(failure, job);
                return new() { Code = (int)StatusCode.Internal, Message = "internal error" };
        }
    }

    [LoggerMessage(EventId = 200, Level = LogLevel.Information, Message = "Job {Job} started, attempt {Attempt}")]
    private partial void LogStarted(string job, int attempt);

    [LoggerMessage(EventId = 201, Level = LogLevel.Information, Message = "Job {Job} ended: {State}; without a state it is no longer this attempt's")]
    private partial void LogEnded(string job, JobState? state);

    [LoggerMessage(EventId = 202, Level = LogLevel.Error, Message = "Job {Job} failed")]
    private partial void LogFailed(Exception failure, string job);

    [LoggerMessage(EventId = 203, Level = LogLevel.Warning, Message = "Jobs wait for the store: {Reason}")]
    private partial void LogStoreFailed(Exception failure, string reason);
}
