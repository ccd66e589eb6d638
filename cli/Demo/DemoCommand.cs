using System.CommandLine;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Demonstrations;
using IclMesh.Cli.Mesh;
using IclMesh.Cli.Predict;
using IclMesh.Gateway.V1;
using Spectre.Console;

namespace IclMesh.Cli.Demo;

/// <summary><c>iclmesh demo</c>: the whole of the mesh on a small task that ships with it.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var mesh = new MeshCommandOptions();
        var model = new Option<string>("--model") { Description = "Language model.", DefaultValueFactory = _ => "iclmesh-tiny" };
        var encoder = new Option<string>("--encoder") { Description = "Sentence encoder.", DefaultValueFactory = _ => "iclmesh-tiny-embed" };
        var k = new Option<int>("--k") { Description = "Demonstrations in the prompt.", DefaultValueFactory = _ => 8 };
        var command = new Command("demo", "Start the mesh, answer three inputs and show what decided them.") { model, encoder, k };
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                using var traces = new TraceCollector();
                var labels = new LabelList(DemoTask.Topics.Labels);
                var file = await LabelledTextFile.ReadAsync(DemoTask.Topics.Demonstrations, labels, skipInvalid: false, cancellationToken);
                var inputs = await LabelledTextFile.ReadAsync(DemoTask.Topics.Inputs, labels, skipInvalid: false, cancellationToken);
                await using var session = await mesh.OpenAsync(parsed, terminal, [parsed.GetRequiredValue(model), parsed.GetRequiredValue(encoder)], cancellationToken);

                var encoderName = parsed.GetRequiredValue(encoder);
                var collection = await CollectionImport.EnsureAsync(session, terminal, file, encoderName, cancellationToken);
                terminal.Out.MarkupLineInterpolated($"{file.Rows.Count} demonstrations of {labels.Words.Count} labels\n");

                var answers = new List<PredictResponse>();
                foreach (var input in inputs.Rows)
                {
                    using var root = traces.Start("iclmesh demo");
                    var request = new PredictRequest
                    {
                        Collection = collection,
                        Input = input.Text,
                        Labels = { labels.ToLabels() },
                        Model = parsed.GetRequiredValue(model),
                        Encoder = encoderName,
                        Selection = new() { K = parsed.GetValue(k) },
                    };
                    var answer = await session.Gateway.PredictAsync(request, cancellationToken: cancellationToken);
                    answers.Add(answer);
                    PredictionView.Show(terminal.Out, input.Text, answer);
                }

                terminal.Out.Write(TraceTree.Draw(await traces.CompleteAsync(cancellationToken)));
                var right = answers.Zip(inputs.Rows).Count(pair => pair.First.Label == labels.Words[pair.Second.Label]);
                terminal.Out.MarkupLineInterpolated($"\n{right} of {answers.Count} labels are those that a person gave");
                if (terminal.IsJson)
                {
                    terminal.WriteJson(new { Right = right, Predictions = answers.Select(PredictionJson.From) });
                }

                return ExitCode.Done;
            });
        });
        return command;
    }
}
