using System.CommandLine;
using System.Text.Json;
using Google.Protobuf;
using IclMesh.Cli.CommandLine;
using Spectre.Console;

namespace IclMesh.Cli.Models;

/// <summary><c>iclmesh models inspect</c>: the capability record.</summary>
internal static class ModelsInspectCommand
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    public static Command Create()
    {
        var mesh = new MeshCommandOptions();
        var model = new Argument<string>("model") { Description = "A path or a name." };
        var command = new Command("inspect", "Show what a model is and can do.") { model };
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                await using var session = await mesh.OpenAsync(parsed, terminal, [parsed.GetRequiredValue(model)], cancellationToken);
                var response = await session.Gateway.GetModelAsync(new() { Model = parsed.GetRequiredValue(model) }, cancellationToken: cancellationToken);
                using var record = JsonDocument.Parse(Formatter.Format(response.Capabilities));
                if (terminal.IsJson)
                {
                    terminal.WriteJson(record.RootElement);
                    return ExitCode.Done;
                }

                var table = new Table().Border(TableBorder.Simple).HideHeaders().AddColumns("name", "value");
                foreach (var property in record.RootElement.EnumerateObject())
                {
                    table.AddRow(property.Name, Markup.Escape(property.Value.ToString()));
                }

                terminal.Out.Write(table);
                return ExitCode.Done;
            });
        });
        return command;
    }
}
