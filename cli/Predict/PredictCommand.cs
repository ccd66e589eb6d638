using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Demonstrations;
using IclMesh.Cli.Mesh;

namespace IclMesh.Cli.Predict;

/// <summary><c>iclmesh predict</c>: labels one text and shows why.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var mesh = new MeshCommandOptions();
        var prediction = new PredictionOptions();
        var text = new Option<string>("--text") { Description = "The text to label.", Required = true };
        var command = new Command("predict", "Label a text by in-context learning and show which demonstrations decided it.");
        prediction.AddTo(command);
        command.Options.Add(text);
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                using var traces = new TraceCollector();
                var labels = prediction.Labels(parsed);
                var file = await LabelledTextFile.ReadAsync(
                    prediction.DemonstrationPath(parsed), labels, prediction.SkipInvalid(parsed), cancellationToken);
                await using var session = await mesh.OpenAsync(parsed, terminal, [prediction.Model(parsed), prediction.Encoder(parsed)], cancellationToken);

                var request = prediction.Request(parsed, labels);
                request.Input = parsed.GetRequiredValue(text);
                request.Collection = await CollectionImport.EnsureAsync(session, terminal, file, request.Encoder, cancellationToken);
                using var root = traces.Start("iclmesh predict");
                var answer = await session.Gateway.PredictAsync(request, cancellationToken: cancellationToken);
                if (terminal.IsJson)
                {
                    terminal.WriteJson(PredictionJson.From(answer));
                }
                else
                {
                    PredictionView.Show(terminal.Out, request.Input, answer);
                }

                return ExitCode.Done;
            });
        });
        return command;
    }
}
