using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.GetTask;

internal sealed class GetTaskHandler(TaskStore store)
{
    public async Task<GetTaskResponse> HandleAsync(GetTaskRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.NotBlank("name", request.Name);
        rules.ThrowIfBroken();
        return new() { Task = await store.GetAsync(request.Name, cancellationToken) };
    }
}
