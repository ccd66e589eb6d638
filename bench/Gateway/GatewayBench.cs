using System.CommandLine;
using System.Diagnostics;
using Grpc.Net.Client;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Demonstrations;
using IclMesh.Cli.Mesh;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.LocalMesh;
using IclMesh.Retrieval.V1;
using Spectre.Console;

namespace IclMesh.Bench.Gateway;

/// <summary><c>bench -- gateway</c>: what the gateway adds to the calls of a prediction, and its throughput beside that of the engine alone.</summary>
internal static class GatewayBench
{
    private const string PrefixCache = "Inference__PrefixCacheMebibytes";

    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "Language model.", DefaultValueFactory = _ => "iclmesh-tiny" };
        var encoder = new Option<string>("--encoder") { Description = "Sentence encoder.", DefaultValueFactory = _ => "iclmesh-tiny-embed" };
        var demonstrations = new Option<FileInfo>("--demos") { Description = "Demonstrations, JSON Lines.", Required = true };
        var data = new Option<FileInfo>("--data") { Description = "Rows to predict.", Required = true };
        var labels = new Option<string>("--labels") { Description = "Label words.", Required = true };
        var rows = new Option<int>("--rows") { Description = "Rows of a round.", DefaultValueFactory = _ => 100 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds, gateway and engine in turn.", DefaultValueFactory = _ => 3 };
        var command = new Command("gateway", "Overhead of Predict, and throughput beside the engine alone.") { model, encoder, demonstrations, data, labels, rows, rounds };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // Both sides see the same prompts again and again: nothing may be remembered.
            Environment.SetEnvironmentVariable(PrefixCache, "0");
            var list = new LabelList(parsed.GetRequiredValue(labels));
            var file = await LabelledTextFile.ReadAsync(parsed.GetRequiredValue(demonstrations).FullName, list, skipInvalid: false, cancellationToken);
            var texts = (await LabelledTextFile.ReadAsync(parsed.GetRequiredValue(data).FullName, list, skipInvalid: false, cancellationToken)).Rows;
            await using var mesh = await InProcessMesh.StartAsync(new() { DataFolder = MeshSettings.DefaultDataFolder(), Offline = true }, cancellationToken);
            await using var session = MeshSession.Connect(("gateway", new(mesh.Addresses["gateway"])));
            var request = new PredictRequest
            {
                Model = parsed.GetRequiredValue(model),
                Encoder = parsed.GetRequiredValue(encoder),
                Labels = { list.ToLabels() },
                Selection = new() { K = 8, Strategy = SelectionStrategy.Random, Seed = 1 },
                Collection = await CollectionImport.EnsureAsync(session, new Terminal(json: false), file, parsed.GetRequiredValue(encoder), cancellationToken),
            };
            using var channel = GrpcChannel.ForAddress(mesh.Addresses["inference"]);
            var run = new GatewayRun(session.Gateway, new InferenceService.InferenceServiceClient(channel), request, [.. texts.Take(parsed.GetValue(rows)).Select(row => row.Text)]);
            await MeasureAsync(run, parsed.GetValue(rounds), cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task MeasureAsync(GatewayRun run, int rounds, CancellationToken cancellationToken)
    {
        var answers = await run.PredictAsync(concurrency: 1, cancellationToken);
        double[] overheads = [.. answers.Select(Overhead).Order()];
        AnsiConsole.WriteLine($"overhead of Predict over its calls, one at a time: median {Median(overheads):0.000} ms, 95 % {Percentile.Of(overheads, 0.95):0.000} ms, {answers.Length} predictions");

        var scores = run.ToScores(answers);
        var (gateway, engine) = (new double[rounds], new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            gateway[round] = await TimeAsync(() => run.PredictAsync(run.Concurrency, cancellationToken));
            engine[round] = await TimeAsync(() => run.ScoreAsync(scores, cancellationToken));
        }

        double[] shares = [.. engine.Zip(gateway, (alone, whole) => alone / whole).Order()];
        AnsiConsole.WriteLine($"rows a second, {run.Concurrency} at once: gateway {answers.Length / Median(gateway):0.00}, engine alone {answers.Length / Median(engine):0.00}");
        AnsiConsole.WriteLine($"share of the engine's throughput: min {shares[0]:0.000}, median {Median(shares):0.000}, max {shares[^1]:0.000}");
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalSeconds;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    /// <summary>Total minus the sum of the legs, in milliseconds.</summary>
    private static double Overhead(PredictResponse answer)
    {
        var legs = answer.Timings.ToLookup(timing => timing.Leg == "total", timing => timing.Duration.ToTimeSpan().TotalMilliseconds);
        return legs[true].Single() - legs[false].Sum();
    }
}
