using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.StartJob;

internal sealed class StartJobHandler(JobStore store, IOptions<JobOptions> options, IOptions<GatewayOptions> limits, TimeProvider clock)
{
    public async Task<StartJobResponse> HandleAsync(StartJobRequest request, CancellationToken cancellationToken)
    {
        StartJobRules.Check(request, limits.Value);

        // As exact as the store keeps it, so that the first answer equals all later ones.
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var entry = new JobEntry
        {
            Id = request.Id.Length > 0 ? request.Id : $"{now:yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N")[..8]}",
            Spec = request.Spec,
            Created = now,
            Updated = now,
        };
        var (job, added) = await store.AddAsync(entry, options.Value.MaxQueued, cancellationToken);
        if (!added && SpecDifference.Of(job.Spec, request.Spec) is { Count: > 0 } fields)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition,
                ErrorReasons.ResourceExists,
                $"job '{job.Id}' exists with other parameters: {string.Join(", ", fields)}")
            {
                Metadata = new Dictionary<string, string> { ["resource"] = "job", ["name"] = job.Id, ["fields"] = string.Join(',', fields) },
            };
        }

        return new() { Job = job.ToWire() };
    }
}
