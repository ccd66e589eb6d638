using Grpc.Core;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Mesh;
using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Jobs;

/// <summary>Follows a job behind a progress bar until it has ended.</summary>
internal static class JobWatch
{
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(2);

    /// <summary>Follows a job; a gateway that goes away is waited for.</summary>
    /// <returns>The job as it ended.</returns>
    /// <exception cref="MeshException">The job failed or was cancelled.</exception>
    public static async Task<Job> FollowAsync(MeshSession session, Terminal terminal, string id, CancellationToken cancellationToken)
    {
        var job = await terminal.ProgressAsync(id, 1, advance => FollowAsync(session, id, advance, cancellationToken));
        return job.State == JobState.Succeeded
            ? job
            : throw new MeshException(
                ErrorKind.FailedPrecondition,
                ErrorReasons.LegFailed,
                job.State == JobState.Cancelled ? $"job '{id}' was cancelled" : $"job '{id}' failed: {job.Error?.Message}; `jobs resume {id}` goes on");
    }

    private static async Task<Job> FollowAsync(MeshSession session, string id, Action<double> advance, CancellationToken cancellationToken)
    {
        var shown = 0.0;
        while (true)
        {
            try
            {
                using var call = session.Jobs.WatchJob(new() { Id = id }, cancellationToken: cancellationToken);
                await foreach (var message in call.ResponseStream.ReadAllAsync(cancellationToken))
                {
                    var job = message.Job;
                    var share = job.Total == 0 ? 0 : (double)job.Done / job.Total;
                    advance(share - shown);
                    shown = share;
                    if (job.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled)
                    {
                        return job;
                    }
                }
            }
            catch (RpcException failure) when (failure.StatusCode == StatusCode.Unavailable)
            {
                await Task.Delay(ReconnectDelay, cancellationToken);
            }
        }
    }
}
