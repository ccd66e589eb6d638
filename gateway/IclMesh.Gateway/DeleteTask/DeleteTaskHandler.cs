using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.DeleteTask;

internal sealed class DeleteTaskHandler(TaskStore store)
{
    public async Task<DeleteTaskResponse> HandleAsync(DeleteTaskRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.NotBlank("name", request.Name);
        rules.ThrowIfBroken();
        return new() { Deleted = await store.DeleteAsync(request.Name, cancellationToken) };
    }
}
