using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Mesh;

namespace IclMesh.Cli.Predict;

/// <summary><c>iclmesh predict</c>: labels one text and shows why.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var mesh = new MeshCommandOptions();
        var prediction = new PredictionOptions();
        var text = new Option<string?>("--text") { Description = "The text to label." };
        var input = new Argument<string?>("input") { Description = "The text to label, in place of --text.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("predict", "Label a text by in-context learning and show which demonstrations decided it.");
        prediction.AddTo(command);
        command.Options.Add(text);
        command.Arguments.Add(input);
        command.Validators.Add(result =>
        {
            if ((result.GetValue(text) is null) == (result.GetValue(input) is null))
            {
                result.AddError("Give the text to label once: as an argument or with --text.");
            }
        });
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                using var traces = new TraceCollector();
                var file = await prediction.ReadDemonstrationsAsync(parsed, cancellationToken);
                await using var session = await mesh.OpenAsync(parsed, terminal, prediction.Models(parsed), cancellationToken);

                var request = await prediction.RequestAsync(parsed, session, terminal, file, cancellationToken);
                request.Input = parsed.GetValue(text) ?? parsed.GetRequiredValue(input)!;
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
