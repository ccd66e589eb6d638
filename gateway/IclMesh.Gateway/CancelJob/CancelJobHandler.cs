using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.CancelJob;

internal sealed class CancelJobHandler(JobStore store)
{
    public async Task<CancelJobResponse> HandleAsync(CancelJobRequest request, CancellationToken cancellationToken)
    {
        await store.CancelAsync(request.Id, cancellationToken);
        return new() { Job = (await store.GetAsync(request.Id, cancellationToken)).ToWire() };
    }
}
