using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.ListTasks;

internal sealed class ListTasksHandler(TaskStore store)
{
    private const string Listing = "tasks";

    public async Task<ListTasksResponse> HandleAsync(ListTasksRequest request, CancellationToken cancellationToken)
    {
        var (size, after) = PageRequest.Read(Listing, request.PageSize, request.PageToken);
        var tasks = await store.ListAsync(after, size + 1, cancellationToken);
        return new() { Tasks = { tasks.Take(size) }, NextPageToken = tasks.Count > size ? PageToken.After(Listing, tasks[size - 1].Name) : "" };
    }
}
