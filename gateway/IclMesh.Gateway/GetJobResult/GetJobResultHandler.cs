using Google.Protobuf.WellKnownTypes;
using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.GetJobResult;

internal sealed class GetJobResultHandler(JobStore store)
{
    public async Task<GetJobResultResponse> HandleAsync(GetJobResultRequest request, CancellationToken cancellationToken)
    {
        var job = await store.GetAsync(request.Id, cancellationToken);
        return await store.FindResultAsync(job.Incarnation, cancellationToken) is { } result
            ? new() { Job = job.ToWire(), Result = Struct.Parser.ParseJson(result) }
            : throw new MeshException(
                ErrorKind.FailedPrecondition, ErrorReasons.ResourceNotFound, $"job '{job.Id}' has no result: it is {job.State}")
            {
                Metadata = new Dictionary<string, string> { ["resource"] = "result", ["name"] = job.Id },
            };
    }
}
