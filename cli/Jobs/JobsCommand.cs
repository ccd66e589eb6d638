using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Mesh;
using IclMesh.Gateway.V1;
using Spectre.Console;

namespace IclMesh.Cli.Jobs;

/// <summary><c>iclmesh jobs</c>: what runs, has run, or waits.</summary>
internal static class JobsCommand
{
    public static Command Create() => new("jobs", "Long analyses: list, watch, cancel, resume, delete; their results and records.")
    {
        List(),
        OneJob("get", "Show a job.", async (session, terminal, id, token) => Show(terminal, (await session.Jobs.GetJobAsync(new() { Id = id }, cancellationToken: token)).Job)),
        OneJob("watch", "Follow a job until it has ended.", async (session, terminal, id, token) => Show(terminal, await JobWatch.FollowAsync(session, terminal, id, token))),
        OneJob("cancel", "Stop a job; what it has recorded stays.", async (session, terminal, id, token) => Show(terminal, (await session.Jobs.CancelJobAsync(new() { Id = id }, cancellationToken: token)).Job)),
        OneJob("resume", "Let a failed or cancelled job go on.", async (session, terminal, id, token) => Show(terminal, (await session.Jobs.ResumeJobAsync(new() { Id = id }, cancellationToken: token)).Job)),
        OneJob("delete", "Delete a job that has ended, with its record.", async (session, terminal, id, token) =>
        {
            var deleted = (await session.Jobs.DeleteJobAsync(new() { Id = id }, cancellationToken: token)).Deleted;
            terminal.Out.WriteLine(deleted ? $"deleted {id}" : $"there is no job {id}");
        }),
        OneJob("result", "Print the result of a job as JSON.", async (session, terminal, id, token) =>
            terminal.WriteJson(JobResults.ToJson((await session.Jobs.GetJobResultAsync(new() { Id = id }, cancellationToken: token)).Result))),
        JobsReportCommand.Create(),
        JobsExportCommand.Create(),
    };

    private static Command List()
    {
        var mesh = new MeshCommandOptions();
        var command = new Command("list", "List jobs, newest first.");
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                await using var session = await mesh.OpenAsync(parsed, terminal, [], cancellationToken);
                var jobs = (await session.Jobs.ListJobsAsync(new() { PageSize = 1000 }, cancellationToken: cancellationToken)).Jobs;
                Show(terminal, [.. jobs]);
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static Command OneJob(string name, string description, Func<MeshSession, Terminal, string, CancellationToken, Task> work)
    {
        var mesh = new MeshCommandOptions();
        var id = new Argument<string>("id") { Description = "Id of the job." };
        var command = new Command(name, description) { id };
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                await using var session = await mesh.OpenAsync(parsed, terminal, [], cancellationToken);
                await work(session, terminal, parsed.GetRequiredValue(id), cancellationToken);
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static void Show(Terminal terminal, params IReadOnlyList<Job> jobs)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(jobs.Select(JobJson.From));
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("job", "analysis", "state", "phase", "prompts", "a second", "remaining");
        foreach (var job in jobs)
        {
            table.AddRow(
                Markup.Escape(job.Id),
                job.Spec.AnalysisCase.ToString().ToLowerInvariant(),
                job.State.ToString().ToLowerInvariant(),
                Markup.Escape(job.Error is { } error ? error.Message : job.Phase),
                $"{job.Done} of {job.Total}",
                $"{job.Rate:0.0}",
                job.Remaining is { } remaining ? $"{remaining.ToTimeSpan():hh\\:mm\\:ss}" : "");
        }

        terminal.Out.Write(table);
    }
}
