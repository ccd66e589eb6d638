using System.CommandLine;
using IclMesh.Cli.Analyze;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Reports;

namespace IclMesh.Cli.Jobs;

/// <summary><c>iclmesh jobs report</c>: the report of a job that has succeeded.</summary>
internal static class JobsReportCommand
{
    public static Command Create()
    {
        var mesh = new MeshCommandOptions();
        var id = new Argument<string>("id") { Description = "Id of the job." };
        var output = new Option<DirectoryInfo>("--out") { Description = "Folder to write; must be new or empty.", Required = true };
        var command = new Command("report", "Write result.json, report.html and plots of a job.") { id, output };
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                var folder = OutputFolder.New(parsed.GetRequiredValue(output));
                await using var session = await mesh.OpenAsync(parsed, terminal, [], cancellationToken);
                var answer = await session.Jobs.GetJobResultAsync(new() { Id = parsed.GetRequiredValue(id) }, cancellationToken: cancellationToken);
                var result = new JobResult(answer.Job, JobResults.ToJson(answer.Result));
                var report = ReportFactory.Create(result);
                await ReportWriter.WriteAsync(folder, report, result.Document, cancellationToken);
                ReportView.Show(terminal.Out, report, folder);
                return ExitCode.Done;
            });
        });
        return command;
    }
}
