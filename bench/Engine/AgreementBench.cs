using System.CommandLine;
using System.Text.Json;
using IclMesh.Inference.Core.Caching;
using IclMesh.Inference.Core.Prompting;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Core.Scoring;
using IclMesh.Inference.Engine.Precisions;
using IclMesh.Inference.Engine.Sessions;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.ModelFiles.Opening;
using Spectre.Console;

namespace IclMesh.Bench.Engine;

/// <summary><c>bench -- engine-agreement</c>: speed of reduced precisions against the share of prompts on which they answer as fp32 does.</summary>
internal static class AgreementBench
{
    private const int Shots = 8;

    public static Command Create()
    {
        var model = new Option<FileInfo>("--model") { Description = "A decoder.", Required = true };
        var data = new Option<DirectoryInfo>("--data") { Description = "Folder with train.jsonl and validation.jsonl (text, label 0 or 1).", Required = true };
        var precisions = new Option<string[]>("--precision") { Description = "Modes to measure.", Required = true, AllowMultipleArgumentsPerToken = true };
        var prompts = new Option<int>("--prompts") { Description = "Prompts.", DefaultValueFactory = _ => 200 };
        var first = new Option<int>("--first") { Description = "Only the first of the prompts: enough to tell promising modes from others.", DefaultValueFactory = _ => int.MaxValue };
        var work = new Option<DirectoryInfo>("--work") { Description = "Folder for weights; kept.", DefaultValueFactory = _ => new(Path.Combine(Path.GetTempPath(), "iclmesh-engine-bench")) };
        var command = new Command("engine-agreement", "Label agreement of reduced precisions with fp32.") { model, data, precisions, prompts, first, work };
        command.SetAction(parsed =>
        {
            AnsiConsole.Profile.Width = 200;
            using var source = ModelSources.Open(parsed.GetRequiredValue(model).FullName);
            var folder = parsed.GetValue(work)!.FullName;
            var (texts, gold) = Prompts(source, parsed.GetRequiredValue(data).FullName, parsed.GetValue(prompts));
            var exact = Remember(Path.Combine(folder, $"fp32-margins.{texts.Length}.json"), () => Margins(source, folder, new FullPrecision(), texts));
            AnsiConsole.WriteLine("| mode | same label | accuracy (fp32) | margin rms difference | correlation | CPU ms a prompt |\n| --- | --- | --- | --- | --- | --- |");
            foreach (var precision in parsed.GetRequiredValue(precisions))
            {
                Report(precision, exact, Margins(source, folder, Experiments.Find(precision), [.. texts.Take(parsed.GetValue(first))]), gold);
            }

            return 0;
        });
        return command;
    }

    private static void Report(string name, Margin exact, Margin mode, int[] gold)
    {
        exact = exact with { Values = exact.Values[..mode.Values.Length] };
        var pairs = exact.Values.Zip(mode.Values).ToArray();
        var same = pairs.Average(pair => pair.First > 0 == pair.Second > 0 ? 1.0 : 0);
        double Accuracy(double[] margins) => margins.Zip(gold).Average(pair => pair.First > 0 == (pair.Second == 1) ? 1.0 : 0);
        var rms = Math.Sqrt(pairs.Average(pair => (pair.First - pair.Second) * (pair.First - pair.Second)));
        var (meanA, meanB) = (exact.Values.Average(), mode.Values.Average());
        var covariance = pairs.Average(pair => (pair.First - meanA) * (pair.Second - meanB));
        double Deviation(double[] values, double mean) => Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        var correlation = covariance / (Deviation(exact.Values, meanA) * Deviation(mode.Values, meanB));
        AnsiConsole.WriteLine($"| {name} | {same:0.000} | {Accuracy(mode.Values):0.000} ({Accuracy(exact.Values):0.000}) | {rms:0.000} (margins vary by {Deviation(exact.Values, meanA):0.00}) | {correlation:0.0000} | {mode.Milliseconds:0} ({exact.Milliseconds:0}) |");
    }

    private static Margin Margins(ModelSource source, string folder, ILinearWriter writer, Prompt[] prompts)
    {
        using var model = OnnxTransformerModel.Load(source, new(Path.Combine(folder, "weights")), writer, CancellationToken.None);
        var (margins, cpu) = (new double[prompts.Length], Environment.CpuUsage.TotalTime);
        for (var index = 0; index < prompts.Length; index++)
        {
            using var sequence = new DecoderSequence(model, new PrefixCache(model.Configuration, 0));
            var scores = ContextScorer.Score(sequence, model.Configuration, prompts[index], [], CancellationToken.None).Choices;
            margins[index] = scores[1].Sum(token => token.LogProbability) - scores[0].Sum(token => token.LogProbability);
        }

        return new(margins, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / prompts.Length);
    }

    private static (Prompt[] Prompts, int[] Gold) Prompts(ModelSource source, string folder, int count)
    {
        var (train, rows) = (Rows(Path.Combine(folder, "train.jsonl")), Rows(Path.Combine(folder, "validation.jsonl")));
        var random = new Random(1);
        var encoder = new PromptEncoder(source.Tokenizer, source.Configuration.ContextLength);
        string[] labels = [" Negative", " Positive"];
        var chosen = random.GetItems(rows, count);
        return (
            [.. chosen.Select(row =>
            {
                var shots = random.GetItems(train, Shots).Select(shot => $"Input: {shot.Text}\nOutput:{labels[shot.Label]}\n\n");
                return encoder.Encode([new(SegmentKind.Query, $"{string.Concat(shots)}Input: {row.Text}\nOutput:")], labels, budget: null);
            })],
            [.. chosen.Select(row => row.Label)]);
    }

    private static (string Text, int Label)[] Rows(string path) =>
        [.. File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement).Select(row => (row.GetProperty("text").GetString()!, row.GetProperty("label").GetInt32()))];

    private static Margin Remember(string path, Func<Margin> make)
    {
        if (!File.Exists(path))
        {
            File.WriteAllText(path, JsonSerializer.Serialize(make()));
        }

        return JsonSerializer.Deserialize<Margin>(File.ReadAllText(path))!;
    }

    private sealed record Margin(double[] Values, double Milliseconds);
}
