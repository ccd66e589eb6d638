using IclMesh.Cli.Demonstrations;
using IclMesh.Cli.Predict;
using IclMesh.Gateway.V1;
using Spectre.Console;

namespace IclMesh.Cli.Evaluate;

/// <summary>An evaluation for a person or a program.</summary>
internal static class EvaluationReport
{
    public static object ToJson(Evaluation evaluation, PredictRequest request, LabelList labels, IReadOnlyList<PredictResponse> answers) => new
    {
        Rows = evaluation.Accuracy.Total,
        Accuracy = evaluation.Accuracy.Value,
        AccuracyInterval = Interval(evaluation.Accuracy),
        Majority = evaluation.Majority.Value,
        Kernel = evaluation.Kernel is { } kernel
            ? new
            {
                Agreement = kernel.Agreement.Value,
                AgreementInterval = Interval(kernel.Agreement),
                kernel.View,
                Rows = kernel.Agreement.Total,
                FrequentLabelAgreement = kernel.FrequentLabel.Value,
                Views = kernel.All.ToDictionary(view => view.Key, view => view.Value.Value),
            }
            : null,
        CalibratedAccuracy = evaluation.Calibrated?.Value,
        CalibratedAccuracyInterval = evaluation.Calibrated is { } calibrated ? Interval(calibrated) : null,
        Combined = evaluation.Combined is { } combined
            ? new
            {
                AnsweredAccuracy = combined.Answered?.Value,
                AnsweredAccuracyInterval = combined.Answered is { } answered ? Interval(answered) : null,
                Coverage = combined.Coverage.Value,
                KernelShare = combined.ByKernel.Value,
                KernelAccuracy = combined.KernelAccuracy?.Value,
                KernelLatencyMs = combined.KernelLatency,
                ModelLatencyMs = combined.ModelLatency,
            }
            : null,
        evaluation.RowsPerSecond,
        Seconds = evaluation.Elapsed.TotalSeconds,
        Labels = labels.Words,
        evaluation.Confusion,
        request.Task,
        K = request.Selection.HasK ? request.Selection.K : (int?)null,
        Select = request.Selection.Strategy.ToString(),
        request.Selection.Seed,
        PromptTokens = answers.Average(answer => answer.Usage.PromptTokens),
        CachedTokens = answers.Average(answer => answer.Usage.CachedTokens),
        Partial = answers.Count(answer => answer.Flags.Contains(PredictionFlag.Partial)),
        Model = answers.Select(answer => answer.Model).FirstOrDefault(model => model is not null) is { } asked ? PredictionJson.Reference(asked) : null,
        Encoder = PredictionJson.Reference(answers[0].Encoder),
        request.Collection,
    };

    public static void Show(IAnsiConsole console, Evaluation evaluation, LabelList labels)
    {
        var (accuracy, majority) = (evaluation.Accuracy, evaluation.Majority);
        console.MarkupLineInterpolated($"accuracy [bold]{accuracy.Value:0.000}[/] (95 % interval {accuracy.Low:0.000} to {accuracy.High:0.000}, {accuracy.Total} rows)");
        console.MarkupLineInterpolated($"majority label {majority.Value:0.000}");
        if (evaluation.Calibrated is { } calibrated)
        {
            console.MarkupLineInterpolated($"after contextual calibration {calibrated.Value:0.000} (95 % interval {calibrated.Low:0.000} to {calibrated.High:0.000})");
        }

        if (evaluation.Combined is { } combined)
        {
            Show(console, combined);
        }

        if (evaluation.Kernel is { } kernel)
        {
            console.MarkupLineInterpolated(
                $"kernel by {kernel.View} gives the model's label on {kernel.Agreement.Value:0.000} of {kernel.Agreement.Total} held-out rows ({kernel.Agreement.Low:0.000} to {kernel.Agreement.High:0.000}); the most frequent demonstration label on {kernel.FrequentLabel.Value:0.000}");
        }

        console.MarkupLineInterpolated($"{evaluation.RowsPerSecond:0.0} rows a second");
        var table = new Table().Border(TableBorder.Simple).AddColumn("gold \\ predicted");
        foreach (var word in labels.Words)
        {
            table.AddColumn(new TableColumn(Markup.Escape(word)).RightAligned());
        }

        foreach (var (word, counts) in labels.Words.Zip(evaluation.Confusion))
        {
            table.AddRow([Markup.Escape(word), .. counts.Select(count => $"{count}")]);
        }

        console.Write(table);
    }

    private static void Show(IAnsiConsole console, CombinedEvaluation combined)
    {
        console.MarkupLineInterpolated($"coverage {combined.Coverage.Value:0.000}; where answered, accuracy {Text(combined.Answered)}");
        console.MarkupLineInterpolated($"answered by the kernel without the model {combined.ByKernel.Value:0.000}; there, accuracy {Text(combined.KernelAccuracy)}");
        console.MarkupLineInterpolated($"latency, median and 95 %: by the kernel {Text(combined.KernelLatency)}, by the model {Text(combined.ModelLatency)}");
    }

    private static string Text(Proportion? share) => share is { } p ? $"{p.Value:0.000} ({p.Low:0.000} to {p.High:0.000})" : "-";

    private static string Text(Latency? latency) => latency is null ? "-" : $"{latency.Median:0.0} and {latency.Percentile95:0.0} ms";

    private static object Interval(Proportion proportion) => new { proportion.Low, proportion.High };
}
