using System.CommandLine;
using Grpc.Core;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Mesh;
using IclMesh.Gateway.V1;
using Spectre.Console;

namespace IclMesh.Cli.Tasks;

/// <summary><c>iclmesh task create</c>, <c>update</c>, <c>import</c> and <c>validate</c>: all read a YAML file.</summary>
internal static class TaskWriteCommands
{
    public static Command Create() => FromFile("create", "Add a task from a YAML file.", async (session, terminal, task, cancellationToken) =>
    {
        var created = await session.Tasks.CreateTaskAsync(new() { Task = task }, cancellationToken: cancellationToken);
        return Stored(terminal, created.Task, created.Warnings);
    });

    public static Command Update() => FromFile("update", "Replace a task; `version` in the file guards against other changes.", UpdateAsync);

    public static Command Import() => FromFile("import", "Add the task of a YAML file, or replace the one of its name.", async (session, terminal, task, cancellationToken) =>
    {
        try
        {
            var created = await session.Tasks.CreateTaskAsync(new() { Task = task }, cancellationToken: cancellationToken);
            return Stored(terminal, created.Task, created.Warnings);
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.AlreadyExists)
        {
            return await UpdateAsync(session, terminal, task, cancellationToken);
        }
    });

    public static Command Validate() => FromFile("validate", "Check a YAML file against the services and store nothing.", async (session, terminal, task, cancellationToken) =>
    {
        var found = await session.Tasks.ValidateTaskAsync(new() { Task = task }, cancellationToken: cancellationToken);
        if (terminal.IsJson)
        {
            terminal.WriteMessage(found);
        }
        else
        {
            Warn(terminal, found.Warnings);
            foreach (var violation in found.Violations)
            {
                terminal.Out.MarkupLineInterpolated($"[red]error[/]   {violation.Field}: {violation.Description}");
            }

            terminal.Out.MarkupLineInterpolated($"{found.Violations.Count} errors, {found.Warnings.Count} warnings");
        }

        return found.Violations.Count == 0 ? ExitCode.Done : ExitCode.WrongUse;
    });

    private static async Task<int> UpdateAsync(MeshSession session, Terminal terminal, PredictionTask task, CancellationToken cancellationToken)
    {
        if (task.Version == 0)
        {
            task.Version = (await session.Tasks.GetTaskAsync(new() { Name = task.Name }, cancellationToken: cancellationToken)).Task.Version;
        }

        var updated = await session.Tasks.UpdateTaskAsync(new() { Task = task }, cancellationToken: cancellationToken);
        return Stored(terminal, updated.Task, updated.Warnings);
    }

    private static Command FromFile(string name, string description, Func<MeshSession, Terminal, PredictionTask, CancellationToken, Task<int>> action)
    {
        var mesh = new MeshCommandOptions();
        var file = new Argument<FileInfo>("file") { Description = "YAML file with the fields of a task." };
        var command = new Command(name, description) { file };
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                var task = await TaskFile.ReadAsync(parsed.GetRequiredValue(file), cancellationToken);
                await using var session = await mesh.OpenAsync(parsed, terminal, [], cancellationToken);
                return await action(session, terminal, task, cancellationToken);
            });
        });
        return command;
    }

    private static int Stored(Terminal terminal, PredictionTask task, IEnumerable<TaskProblem> warnings)
    {
        if (terminal.IsJson)
        {
            terminal.WriteMessage(new CreateTaskResponse { Task = task, Warnings = { warnings } });
        }
        else
        {
            Warn(terminal, warnings);
            terminal.Out.MarkupLineInterpolated($"task '{task.Name}' is stored, version {task.Version}");
        }

        return ExitCode.Done;
    }

    private static void Warn(Terminal terminal, IEnumerable<TaskProblem> warnings)
    {
        foreach (var warning in warnings)
        {
            var tokens = warning.Tokens.Count > 0 ? $": {string.Join(" | ", warning.Tokens)}" : "";
            terminal.Out.MarkupLineInterpolated($"[yellow]warning[/] {warning.Field}: {warning.Description}{tokens}");
        }
    }
}
