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
    /// <summary>Texts written for the project, in a domain that the embedded model knows.</summary>
    private static readonly DemoTask Topics = new(
        "topics.jsonl",
        "World,Sports,Business,Technology",
        [
            ("The goalkeeper saved two penalties and the home side went through to the final", "Sports"),
            ("Shares in the airline fell after it cut its profit forecast for the year", "Business"),
            ("A new browser update fixes a flaw that let attackers read saved passwords", "Technology"),
        ]);

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
                var labels = new LabelList(Topics.Labels);
                var path = Path.Combine(AppContext.BaseDirectory, "demonstrations", Topics.File);
                var file = await LabelledTextFile.ReadAsync(path, labels, skipInvalid: false, cancellationToken);
                await using var session = await mesh.OpenAsync(parsed, terminal, cancellationToken);

                var encoderName = parsed.GetRequiredValue(encoder);
                var collection = await CollectionImport.EnsureAsync(session, terminal, file, encoderName, cancellationToken);
                terminal.Out.MarkupLineInterpolated($"{file.Rows.Count} demonstrations of {labels.Words.Count} labels\n");

                var answers = new List<PredictResponse>();
                foreach (var (text, _) in Topics.Inputs)
                {
                    using var root = traces.Start("iclmesh demo");
                    var request = new PredictRequest
                    {
                        Collection = collection,
                        Input = text,
                        Labels = { labels.ToLabels() },
                        Model = parsed.GetRequiredValue(model),
                        Encoder = encoderName,
                        Selection = new() { K = parsed.GetValue(k) },
                    };
                    var answer = await session.Gateway.PredictAsync(request, cancellationToken: cancellationToken);
                    answers.Add(answer);
                    PredictionView.Show(terminal.Out, text, answer);
                }

                terminal.Out.Write(TraceTree.Draw(await traces.CompleteAsync(cancellationToken)));
                var right = answers.Zip(Topics.Inputs).Count(pair => pair.First.Label == pair.Second.Label);
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
