using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Demonstrations;
using IclMesh.Cli.Predict;
using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Influence;

/// <summary><c>iclmesh influence</c>: takes each demonstration out in turn and shows how well the kernel foretells what that changes.</summary>
internal static class InfluenceCommand
{
    public static Command Create()
    {
        var mesh = new MeshCommandOptions();
        var prediction = new PredictionOptions();
        var input = new Argument<string?>("input") { Description = "The text to label.", Arity = ArgumentArity.ZeroOrOne };
        var data = new Option<FileInfo?>("--data") { Description = "In place of a text: rows to measure, JSON Lines as for --demos." };
        var limit = new Option<int>("--limit") { Description = "Use the first N rows.", DefaultValueFactory = _ => 100 };
        var command = new Command("influence", "Measure what each demonstration changes, beside the kernel's estimate of it.") { input, data, limit };
        prediction.AddTo(command);
        mesh.AddTo(command);
        command.Validators.Add(result =>
        {
            if ((result.GetValue(data) is null) == (result.GetValue(input) is null))
            {
                result.AddError("Give either a text or --data.");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                var file = await prediction.ReadDemonstrationsAsync(parsed, cancellationToken);
                await using var session = await mesh.OpenAsync(parsed, terminal, prediction.Models(parsed), cancellationToken);
                var request = await prediction.RequestAsync(parsed, session, terminal, file, cancellationToken);
                IReadOnlyList<string> texts = parsed.GetValue(input) is { } text ? [text] : await ReadAsync();
                var measured = await terminal.ProgressAsync("measuring", texts.Count, async advance =>
                {
                    var answers = new List<MeasureInfluenceResponse>();
                    foreach (var next in texts)
                    {
                        var item = request.Clone();
                        item.Input = next;
                        answers.Add(await session.Gateway.MeasureInfluenceAsync(new() { Request = item }, cancellationToken: cancellationToken));
                        advance(1);
                    }

                    return answers;
                });
                InfluenceView.Show(terminal, texts, measured);
                return ExitCode.Done;

                async Task<IReadOnlyList<string>> ReadAsync()
                {
                    var labels = await prediction.LabelsAsync(parsed, session, cancellationToken);
                    var rows = await LabelledTextFile.ReadAsync(parsed.GetValue(data)!.FullName, labels, prediction.SkipInvalid(parsed), cancellationToken);
                    return [.. rows.Rows.Take(parsed.GetValue(limit)).Select(row => row.Text)];
                }
            });
        });
        return command;
    }
}
