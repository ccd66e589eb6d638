using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.GetJob;

internal sealed class GetJobHandler(JobStore store)
{
    public async Task<GetJobResponse> HandleAsync(GetJobRequest request, CancellationToken cancellationToken) =>
        new() { Job = (await store.GetAsync(request.Id, cancellationToken)).ToWire() };
}
