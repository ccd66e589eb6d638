using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.DeleteJob;

internal sealed class DeleteJobHandler(JobStore store)
{
    public async Task<DeleteJobResponse> HandleAsync(DeleteJobRequest request, CancellationToken cancellationToken)
    {
        if (await store.DeleteAsync(request.Id, cancellationToken))
        {
            return new() { Deleted = true };
        }

        var job = await store.FindAsync(request.Id, cancellationToken);
        return job is null
            ? new()
            : throw new MeshException(ErrorKind.FailedPrecondition, ErrorReasons.ResourceExists, $"job '{job.Id}' is {job.State}: cancel it first")
            {
                Metadata = new Dictionary<string, string> { ["resource"] = "job", ["name"] = job.Id },
            };
    }
}
