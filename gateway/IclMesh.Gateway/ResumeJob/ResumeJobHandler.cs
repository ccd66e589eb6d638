using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.ResumeJob;

internal sealed class ResumeJobHandler(JobStore store)
{
    public async Task<ResumeJobResponse> HandleAsync(ResumeJobRequest request, CancellationToken cancellationToken)
    {
        await store.ResumeAsync(request.Id, cancellationToken);
        return new() { Job = (await store.GetAsync(request.Id, cancellationToken)).ToWire() };
    }
}
