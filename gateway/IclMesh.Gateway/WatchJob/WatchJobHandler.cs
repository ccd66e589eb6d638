using Grpc.Core;
using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.WatchJob;

/// <summary>Reads the store, so that a job is watched alike whichever gateway works on it.</summary>
internal sealed class WatchJobHandler(JobStore store, IOptions<JobOptions> options, TimeProvider clock)
{
    public async Task HandleAsync(WatchJobRequest request, IServerStreamWriter<WatchJobResponse> responses, CancellationToken cancellationToken)
    {
        Job? last = null;
        while (true)
        {
            var entry = await store.GetAsync(request.Id, cancellationToken);
            var job = entry.ToWire();
            if (!job.Equals(last))
            {
                await responses.WriteAsync(new() { Job = job }, cancellationToken);
                last = job;
            }

            if (entry.HasEnded)
            {
                return;
            }

            await Task.Delay(options.Value.PollInterval, clock, cancellationToken);
        }
    }
}
