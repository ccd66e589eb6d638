using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Mesh;
using IclMesh.Gateway.V1;
using Spectre.Console;

namespace IclMesh.Cli.Tasks;

/// <summary><c>iclmesh task get</c>, <c>export</c>, <c>list</c> and <c>delete</c>.</summary>
internal static class TaskReadCommands
{
    public static Command Get() => ByName("get", "Show a task as YAML.", async (session, terminal, name, _, cancellationToken) =>
        Show(terminal, await ReadAsync(session, name, cancellationToken)));

    public static Command Export() => ByName("export", "Write a task to a YAML file that `task import` reads.", async (session, terminal, name, file, cancellationToken) =>
    {
        var task = await ReadAsync(session, name, cancellationToken);
        if (file is null)
        {
            Show(terminal, task);
            return;
        }

        await File.WriteAllTextAsync(file.FullName, TaskFile.Write(task), cancellationToken);
        terminal.Error.MarkupLineInterpolated($"task '{name}' is in {file.FullName}");
    });

    public static Command Delete() => ByName("delete", "Delete a task.", async (session, terminal, name, _, cancellationToken) =>
    {
        if (!(await session.Tasks.DeleteTaskAsync(new() { Name = name }, cancellationToken: cancellationToken)).Deleted)
        {
            throw MeshException.NotFound("task", name);
        }

        terminal.Error.MarkupLineInterpolated($"task '{name}' is deleted");
    });

    public static Command List()
    {
        var mesh = new MeshCommandOptions();
        var command = new Command("list", "List tasks.");
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                await using var session = await mesh.OpenAsync(parsed, terminal, [], cancellationToken);
                var tasks = new List<PredictionTask>();
                var page = new ListTasksResponse();
                do
                {
                    page = await session.Tasks.ListTasksAsync(new() { PageToken = page.NextPageToken }, cancellationToken: cancellationToken);
                    tasks.AddRange(page.Tasks);
                }
                while (page.NextPageToken.Length > 0);

                if (terminal.IsJson)
                {
                    terminal.WriteJson(new { Tasks = tasks.Select(task => new { task.Name, task.Version, task.Collection, task.Model, task.Encoder, task.Description }) });
                    return ExitCode.Done;
                }

                var table = new Table().Border(TableBorder.Simple).AddColumns("task", "version", "collection", "model", "labels");
                foreach (var task in tasks)
                {
                    table.AddRow(new Text(task.Name), new Text($"{task.Version}"), new Text(task.Collection), new Text(task.Model), new Text(string.Join(", ", task.Labels.Select(label => label.Name))));
                }

                terminal.Out.Write(table);
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static Command ByName(string name, string description, Func<MeshSession, Terminal, string, FileInfo?, CancellationToken, Task> action)
    {
        var mesh = new MeshCommandOptions();
        var task = new Argument<string>("name") { Description = "Name of the task." };
        var output = new Option<FileInfo?>("--out") { Description = "File to write; without it the task goes to standard output." };
        var command = new Command(name, description) { task };
        if (name == "export")
        {
            command.Options.Add(output);
        }

        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                await using var session = await mesh.OpenAsync(parsed, terminal, [], cancellationToken);
                await action(session, terminal, parsed.GetRequiredValue(task), name == "export" ? parsed.GetValue(output) : null, cancellationToken);
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static async Task<PredictionTask> ReadAsync(MeshSession session, string name, CancellationToken cancellationToken) =>
        (await session.Tasks.GetTaskAsync(new() { Name = name }, cancellationToken: cancellationToken)).Task;

    private static void Show(Terminal terminal, PredictionTask task)
    {
        if (terminal.IsJson)
        {
            terminal.WriteMessage(task);
        }
        else
        {
            terminal.WriteDocument(TaskFile.Write(task));
        }
    }
}
