using IclMesh.Gateway.V1;
using Spectre.Console;

namespace IclMesh.Cli.Predict;

/// <summary>Shows a prediction to a person.</summary>
internal static class PredictionView
{
    private const int BarWidth = 30;
    private const int ShownText = 60;

    public static void Show(IAnsiConsole console, string input, PredictResponse answer)
    {
        console.MarkupLineInterpolated($"[bold]{input}[/]");
        var widest = answer.Probabilities.Select(p => p.Label.Length).DefaultIfEmpty().Max();
        foreach (var probability in answer.Probabilities)
        {
            var colour = probability.Label == answer.Label ? "green" : "grey";
            var bar = new string('█', (int)Math.Round(probability.Probability * BarWidth)).PadRight(BarWidth, '·');
            console.MarkupLine($"  {Markup.Escape(probability.Label.PadRight(widest))} [{colour}]{bar}[/] {probability.Probability:0.000}");
        }

        if (answer.Calibration is { } calibration)
        {
            var shares = answer.Probabilities.Zip(calibration.Probabilities, (label, share) => $"{label.Label} {share:0.000}");
            console.MarkupLineInterpolated($"  calibrated: {string.Join(", ", shares)}");
        }

        if (answer.Combined is { } combined)
        {
            var label = combined.Abstained ? "abstains" : combined.Label;
            console.MarkupLineInterpolated(
                $"  kernel and model together: [bold]{label}[/], by {combined.AnsweredBy} ({combined.Neighbours} neighbours, {combined.KernelShares.Max():P0} of them {combined.KernelLabel})");
        }

        var table = new Table().Border(TableBorder.Simple).Expand();
        table.AddColumn("demonstration").AddColumn("label");
        foreach (var heading in (string[])["similarity", "weight", "contribution"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap());
        }

        foreach (var d in answer.Demonstrations)
        {
            var text = d.Text.Length <= ShownText ? d.Text : $"{d.Text[..ShownText]}…";
            table.AddRow(
                Markup.Escape(text.ReplaceLineEndings(" ")),
                Markup.Escape(d.Label),
                $"{d.Similarity:0.000}",
                d.HasWeight ? $"{d.Weight:0.000}" : "-",
                d.HasContribution ? $"{d.Contribution:+0.000;-0.000;0.000}" : "-");
        }

        console.Write(table);
        foreach (var view in answer.KernelViews)
        {
            var verdict = view.Agrees ? "agrees with the model" : "disagrees with the model";
            console.MarkupLineInterpolated($"  kernel by {view.Name}: {verdict}, effective demonstrations {view.EffectiveCount:0.0}");
        }

        if (answer.Faithfulness is { Prompts: > 0 } f)
        {
            console.MarkupLineInterpolated(
                $"  this kernel agrees with the model on {f.Agreement:P0} of {f.Prompts} held-out prompts (95 % interval {f.Low:P0} to {f.High:P0}, by chance {f.NullAgreement:P0})");
        }

        if (answer.Flags.Count > 0)
        {
            console.MarkupLineInterpolated($"  [yellow]flags: {string.Join(", ", answer.Flags)}[/]");
        }

        if (answer.DroppedDemonstrationIds.Count > 0)
        {
            console.MarkupLineInterpolated($"  [yellow]dropped to fit the budget: {string.Join(", ", answer.DroppedDemonstrationIds)}[/]");
        }

        var total = answer.Timings.Single(timing => timing.Leg == "total").Duration.ToTimeSpan().TotalMilliseconds;
        var asked = answer.Model is { } model ? $"{model.Name} ({model.Precision})" : "no language model";
        console.MarkupLineInterpolated(
            $"  [dim]{answer.Usage.PromptTokens} prompt tokens, {answer.Usage.CachedTokens} from the cache, {total:0} ms, {asked}, trace {answer.TraceId}[/]");
        if (answer.PredictionId.Length > 0)
        {
            console.MarkupLineInterpolated($"  kept as {answer.PredictionId}");
        }

        console.WriteLine();
    }
}
