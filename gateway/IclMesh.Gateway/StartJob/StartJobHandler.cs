using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.V1;
using Microsoft.Extensions.Options;

namespace IclMesh.Gateway.StartJob;

internal sealed class StartJobHandler(JobStore store, IOptions<JobOptions> options, IOptions<GatewayOptions> limits, TimeProvider clock)
{
    public async Task<StartJobResponse> HandleAsync(StartJobRequest request, CancellationToken cancellationToken)
    {
        StartJobRules.Check(request, limits.Value);

        var id = request.Id.Length > 0 ? request.Id : $"{clock.GetUtcNow():yyyyMMdd-HHmmss}-{Guid.NewGuid().ToString("N")[..8]}";
        var (job, added) = await store.AddAsync(id, request.Spec, options.Value.MaxQueued, cancellationToken);
        if (!added && Differences(job, request.Spec) is { Count: > 0 } fields)
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

    /// <summary>Fields in which a job differs from a specification. Rows that were redacted are compared by what is left of them.</summary>
    private static IReadOnlyList<string> Differences(JobEntry job, JobSpec spec)
    {
        var fields = SpecDifference.Of(job.Header, job.Redacted ? JobRows.Redact(JobRows.Header(spec)) : JobRows.Header(spec));
        return job.RowsHash.AsSpan().SequenceEqual(JobRows.Hash(spec)) ? fields : ["spec.study.rows", .. fields];
    }
}
