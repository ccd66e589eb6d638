using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Inference.V1;
using Spectre.Console;

namespace IclMesh.Cli.Models;

/// <summary><c>iclmesh models list</c>.</summary>
internal static class ModelsListCommand
{
    public static Command Create()
    {
        var mesh = new MeshCommandOptions();
        var command = new Command("list", "List the models that can be named.");
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                await using var session = await mesh.OpenAsync(parsed, terminal, [], cancellationToken);
                var models = new List<ModelSummary>();
                var page = new Gateway.V1.ListModelsResponse();
                do
                {
                    page = await session.Gateway.ListModelsAsync(new() { PageToken = page.NextPageToken }, cancellationToken: cancellationToken);
                    models.AddRange(page.Models);
                }
                while (page.NextPageToken.Length > 0);

                if (terminal.IsJson)
                {
                    terminal.WriteJson(new { Models = models.Select(m => new { m.Name, m.Format, m.Family, m.Bytes, m.Origin, m.Loaded }) });
                    return ExitCode.Done;
                }

                var table = new Table().Border(TableBorder.Simple).AddColumns("model", "format", "family", "origin").AddColumn(new TableColumn("MiB").RightAligned());
                foreach (var model in models)
                {
                    table.AddRow(Markup.Escape(model.Name), model.Format, model.Family, model.Origin, $"{model.Bytes / 1048576.0:0.0}");
                }

                terminal.Out.Write(table);
                return ExitCode.Done;
            });
        });
        return command;
    }
}
