using Google.Protobuf.WellKnownTypes;
using IclMesh.Gateway.Storage;
using IclMesh.Gateway.Tasks;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.UpdateTask;

internal sealed class UpdateTaskHandler(TaskInspector inspector, TaskStore store, TimeProvider clock)
{
    public async Task<UpdateTaskResponse> HandleAsync(UpdateTaskRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        var warnings = await inspector.InspectAsync(request.Task, rules, cancellationToken);
        rules.Require(request.Task is null or { Version: > 0 }, "version", "must be the version that was read, 1 or more");
        rules.ThrowIfBroken();

        var read = request.Task!.Version;
        var current = await store.GetAsync(request.Task.Name, cancellationToken);
        var task = TaskMapping.Stamp(request.Task, read + 1, current.CreateTime, Timestamp.FromDateTimeOffset(clock.GetUtcNow()));
        await store.ReplaceAsync(task, read, cancellationToken);
        return new() { Task = task, Warnings = { warnings } };
    }
}
