using Google.Protobuf.WellKnownTypes;
using IclMesh.Gateway.Storage;
using IclMesh.Gateway.Tasks;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.CreateTask;

internal sealed class CreateTaskHandler(TaskInspector inspector, TaskStore store, TimeProvider clock)
{
    public async Task<CreateTaskResponse> HandleAsync(CreateTaskRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        var warnings = await inspector.InspectAsync(request.Task, rules, cancellationToken);
        rules.ThrowIfBroken();

        var now = Timestamp.FromDateTimeOffset(clock.GetUtcNow());
        var task = TaskMapping.Stamp(request.Task, version: 1, now, now);
        await store.CreateAsync(task, cancellationToken);
        return new() { Task = task, Warnings = { warnings } };
    }
}
