using IclMesh.Cli.CommandLine;
using IclMesh.Gateway.V1;
using Spectre.Console;

namespace IclMesh.Cli.Influence;

/// <summary>Measured and estimated influence for a person or a program.</summary>
internal static class InfluenceView
{
    private const int ShownText = 60;

    public static void Show(Terminal terminal, IReadOnlyList<string> texts, IReadOnlyList<MeasureInfluenceResponse> measured)
    {
        var correlations = PooledCorrelation.ByView(measured);
        if (terminal.IsJson)
        {
            terminal.WriteJson(new
            {
                Prompts = measured.Count,
                Correlations = correlations.ToDictionary(view => view.Key, view => new { Estimate = Number(view.Value.Estimate), Low = Number(view.Value.Low), High = Number(view.Value.High), view.Value.Demonstrations }),
                CachedShare = (double)measured.Sum(m => m.CachedTokens) / measured.Sum(m => m.PromptTokens),
                Measured = texts.Zip(measured, ToJson),
            });
            return;
        }

        if (measured is [var only])
        {
            Show(terminal.Out, texts[0], only);
        }

        foreach (var (view, correlation) in correlations)
        {
            terminal.Out.MarkupLineInterpolated(
                $"estimate by {view} against the measured change of the margin: Pearson {correlation.Estimate:0.000} (95 % interval {correlation.Low:0.000} to {correlation.High:0.000}, {correlation.Demonstrations} demonstrations of {measured.Count} prompts)");
        }
    }

    /// <summary>JSON has no NaN: a correlation of constant values is left out.</summary>
    private static double? Number(double value) => double.IsFinite(value) ? value : null;

    private static object ToJson(string text, MeasureInfluenceResponse measured) => new
    {
        Text = text,
        measured.Prediction.Label,
        measured.Margin,
        Demonstrations = measured.Demonstrations.Select((d, i) => new
        {
            d.Id,
            d.LogProbabilityChanges,
            d.MarginChange,
            d.LabelWithout,
            Estimates = measured.Estimates.ToDictionary(estimate => estimate.View, estimate => estimate.RemovalEffects[i]),
        }),
    };

    private static void Show(IAnsiConsole console, string text, MeasureInfluenceResponse measured)
    {
        console.MarkupLineInterpolated($"[bold]{text}[/]: {measured.Prediction.Label}, margin {measured.Margin:0.000} nats");
        var table = new Table().Border(TableBorder.Simple).AddColumns("demonstration", "label", "without it").AddColumn(new TableColumn("margin").RightAligned());
        foreach (var estimate in measured.Estimates)
        {
            table.AddColumn(new TableColumn(Markup.Escape($"by {estimate.View}")).RightAligned());
        }

        foreach (var (index, d) in measured.Demonstrations.Index())
        {
            var receipt = measured.Prediction.Demonstrations[index];
            var shown = receipt.Text.Length <= ShownText ? receipt.Text : $"{receipt.Text[..ShownText]}…";
            table.AddRow([
                Markup.Escape(shown.ReplaceLineEndings(" ")),
                Markup.Escape(receipt.Label),
                Markup.Escape(d.LabelWithout),
                $"{d.MarginChange:+0.000;-0.000;0.000}",
                .. measured.Estimates.Select(estimate => $"{estimate.RemovalEffects[index]:+0.000;-0.000;0.000}"),
            ]);
        }

        console.Write(table);
    }
}
