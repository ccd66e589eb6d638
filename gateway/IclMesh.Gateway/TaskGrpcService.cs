using Grpc.Core;
using IclMesh.Gateway.CreateTask;
using IclMesh.Gateway.DeleteTask;
using IclMesh.Gateway.GetTask;
using IclMesh.Gateway.ListTasks;
using IclMesh.Gateway.UpdateTask;
using IclMesh.Gateway.V1;
using IclMesh.Gateway.ValidateTask;

namespace IclMesh.Gateway;

internal sealed class TaskGrpcService(
    CreateTaskHandler createTask,
    GetTaskHandler getTask,
    ListTasksHandler listTasks,
    UpdateTaskHandler updateTask,
    DeleteTaskHandler deleteTask,
    ValidateTaskHandler validateTask) : TaskService.TaskServiceBase
{
    public override Task<CreateTaskResponse> CreateTask(CreateTaskRequest request, ServerCallContext context) =>
        createTask.HandleAsync(request, context.CancellationToken);

    public override Task<GetTaskResponse> GetTask(GetTaskRequest request, ServerCallContext context) =>
        getTask.HandleAsync(request, context.CancellationToken);

    public override Task<ListTasksResponse> ListTasks(ListTasksRequest request, ServerCallContext context) =>
        listTasks.HandleAsync(request, context.CancellationToken);

    public override Task<UpdateTaskResponse> UpdateTask(UpdateTaskRequest request, ServerCallContext context) =>
        updateTask.HandleAsync(request, context.CancellationToken);

    public override Task<DeleteTaskResponse> DeleteTask(DeleteTaskRequest request, ServerCallContext context) =>
        deleteTask.HandleAsync(request, context.CancellationToken);

    public override Task<ValidateTaskResponse> ValidateTask(ValidateTaskRequest request, ServerCallContext context) =>
        validateTask.HandleAsync(request, context.CancellationToken);
}
