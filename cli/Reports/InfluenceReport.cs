using System.Text.Json;

namespace IclMesh.Cli.Reports;

/// <summary>Estimated against measured effects of removing demonstrations.</summary>
internal static class InfluenceReport
{
    private static readonly (string Key, string Name)[] Estimates =
    [
        ("labelSign", "label sign alone"),
        ("similarity", "encoder's similarity"),
        ("meanAttention", "mean of all heads"),
        ("mixture", "fitted mixture, demonstration left out"),
        ("fitted", "ridge on measured effects"),
    ];

    public static IReadOnlyList<ReportSection> Sections(JsonElement result)
    {
        var estimates = result.GetProperty("estimates");
        var correlations = Estimates.Select(e => (e.Name, Estimate.Read(estimates.GetProperty(e.Key).GetProperty("pearson")))).ToList();
        var effects = result.GetProperty("effects").EnumerateArray().ToList();
        return
        [
            new(
                "How far to trust one-pass explanations",
                $"Each of {result.GetProperty("demonstrations")} demonstrations of {result.GetProperty("prompts")} report prompts was removed in turn. Correlation of the estimate with the measured change of the predicted label's margin; intervals resample whole prompts.",
                [
                    new(
                        ["estimate", "Pearson", "Spearman"],
                        [.. Estimates.Select(e => (IReadOnlyList<string>)
                        [
                            e.Name,
                            $"{Estimate.Read(estimates.GetProperty(e.Key).GetProperty("pearson"))}",
                            $"{Estimate.Read(estimates.GetProperty(e.Key).GetProperty("spearman"))}",
                        ])]),
                ],
                [
                    new("influence-correlation", "Correlation of each estimate with the measured effect.", plot => Plots.Bars(plot, correlations)),
                    new("influence-scatter", "Mixture's estimate and measured effect, in nats.", plot =>
                    {
                        var dots = plot.Add.ScatterPoints(effects.Select(e => e.GetProperty("mixtureEffect").GetDouble()).ToArray(), effects.Select(e => e.GetProperty("effect").GetDouble()).ToArray());
                        dots.MarkerSize = 4;
                        plot.XLabel("estimated");
                        plot.YLabel("measured");
                    }),
                ]),
        ];
    }
}
