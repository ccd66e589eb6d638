using System.CommandLine;
using System.Diagnostics;
using IclMesh.Cli.CommandLine;
using IclMesh.Cli.Demonstrations;
using IclMesh.Cli.Mesh;
using IclMesh.Cli.Predict;
using IclMesh.Gateway.V1;

namespace IclMesh.Cli.Evaluate;

/// <summary><c>iclmesh evaluate</c>: accuracy on labelled rows, beside what is reached without a model.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var mesh = new MeshCommandOptions();
        var prediction = new PredictionOptions();
        var data = new Option<FileInfo>("--data") { Description = "Labelled rows to predict, JSON Lines as for --demos.", Required = true };
        var limit = new Option<int>("--limit") { Description = "Use the first N rows; 0 for all.", DefaultValueFactory = _ => 0 };
        var concurrency = new Option<int>("--concurrency") { Description = "Predictions under way at once.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var predictions = new Option<FileInfo?>("--predictions") { Description = "Write one JSON line for each row to this file." };
        var command = new Command("evaluate", "Measure accuracy with its 95 % interval, beside the majority label and the kernel views.");
        prediction.AddTo(command);
        command.Options.Add(data);
        command.Options.Add(limit);
        command.Options.Add(concurrency);
        command.Options.Add(predictions);
        mesh.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = mesh.Terminal(parsed);
            return Failure.GuardAsync(terminal, async () =>
            {
                var rules = new RequestRules();
                rules.Require(parsed.GetValue(limit) >= 0, "limit", $"must not be negative, is {parsed.GetValue(limit)}");
                rules.InRange("concurrency", parsed.GetValue(concurrency), 1, 1024);
                rules.ThrowIfBroken();

                var demonstrations = await prediction.ReadDemonstrationsAsync(parsed, cancellationToken);
                await using var session = await mesh.OpenAsync(parsed, terminal, prediction.Models(parsed), cancellationToken);
                var labels = await prediction.LabelsAsync(parsed, session, cancellationToken);
                var rows = (await LabelledTextFile.ReadAsync(parsed.GetRequiredValue(data).FullName, labels, prediction.SkipInvalid(parsed), cancellationToken)).Rows;
                rows = parsed.GetValue(limit) is > 0 and var most ? [.. rows.Take(most)] : rows;

                var request = await prediction.RequestAsync(parsed, session, terminal, demonstrations, cancellationToken);
                var clock = Stopwatch.StartNew();
                var answers = await terminal.ProgressAsync(
                    "predicting", rows.Count, advance => PredictAllAsync(session, request, rows, parsed.GetValue(concurrency), advance, cancellationToken));
                var evaluation = Evaluation.Of(rows, answers, labels, clock.Elapsed);

                if (parsed.GetValue(predictions) is { } file)
                {
                    await PredictionRows.WriteAsync(file.FullName, rows, answers, labels, cancellationToken);
                }

                if (terminal.IsJson)
                {
                    terminal.WriteJson(EvaluationReport.ToJson(evaluation, request, labels, answers));
                }
                else
                {
                    EvaluationReport.Show(terminal.Out, evaluation, labels);
                }

                return ExitCode.Done;
            });
        });
        return command;
    }

    private static async Task<PredictResponse[]> PredictAllAsync(
        MeshSession session,
        PredictRequest shared,
        IReadOnlyList<LabelledText> rows,
        int concurrency,
        Action<double> advance,
        CancellationToken cancellationToken)
    {
        var answers = new PredictResponse[rows.Count];
        await Parallel.ForAsync(0, rows.Count, new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken }, async (i, token) =>
        {
            var request = shared.Clone();
            request.Input = rows[i].Text;
            answers[i] = await session.Gateway.PredictAsync(request, cancellationToken: token);
            advance(1);
        });
        return answers;
    }
}
