using System.Text.Json;

namespace IclMesh.Cli.Reports;

/// <summary>Accuracy of the model, of a kernel vote, and of both together.</summary>
internal static class EvaluationSections
{
    public static IReadOnlyList<ReportSection> Of(JsonElement result)
    {
        var (pool, cascade, conformal) = (result.GetProperty("pool").GetProperty("chosen"), result.GetProperty("cascade").GetProperty("chosen"), result.GetProperty("conformal"));
        var points = result.GetProperty("cascade").GetProperty("curve").EnumerateArray().ToList();
        var model = result.GetProperty("model");
        var latency = result.GetProperty("latency");
        return
        [
            new(
                "Model, kernel vote, and both",
                $"The kernel counts the labels of the {result.GetProperty("neighbours")} nearest demonstrations. Weight and threshold were chosen on the selection rows and are reported on the others.",
                [
                    new(
                        ["predictor", "accuracy on report rows", "answered by the kernel"],
                        [
                            ["model", $"{Estimate.Read(result.GetProperty("modelOnReportRows"))}", "0 %"],
                            ["kernel vote", $"{Estimate.Read(result.GetProperty("kernelOnReportRows"))}", "100 %"],
                            [$"pool, weight {Estimate.Number(pool, "weight"):0.00}", $"{Estimate.Read(pool.GetProperty("reportAccuracy"))}", ""],
                            [$"cascade, threshold {Estimate.Number(cascade, "threshold"):0.00}", $"{Estimate.Read(cascade.GetProperty("reportAccuracy"))}", $"{100 * Estimate.Number(cascade, "kernelShare"):0} %"],
                            ["cascade, conformal sets", $"{Estimate.Read(conformal.GetProperty("accuracy"))}", $"{100 * Estimate.Number(conformal, "kernelShare"):0} %"],
                        ]),
                    new(
                        ["threshold", "accuracy on report rows", "answered by the kernel", "prompt tokens a row", "accuracy on all rows", "answered by the kernel, all rows"],
                        [.. points.Select(p => (IReadOnlyList<string>)
                        [
                            $"{Estimate.Number(p, "threshold"):0.00}",
                            $"{Estimate.Read(p.GetProperty("reportAccuracy"))}",
                            $"{100 * Estimate.Number(p, "kernelShare"):0} %",
                            $"{Estimate.Number(p, "promptTokens"):0}",
                            $"{Estimate.Number(p, "overallAccuracy"):0.000}",
                            $"{100 * Estimate.Number(p, "overallShare"):0} %",
                        ])]),
                    new(
                        ["abstains below", "answered, report rows", "accuracy where answered"],
                        [.. result.GetProperty("cascade").GetProperty("abstention").EnumerateArray().Select(p => (IReadOnlyList<string>)
                        [
                            $"{Estimate.Number(p, "minimumProbability"):0.00}",
                            $"{100 * Estimate.Number(p, "coverage"):0} %",
                            $"{Estimate.Read(p.GetProperty("accuracy"))}",
                        ])]),
                    new(
                        ["latency", "median", "95 %"],
                        [Latency("search", latency.GetProperty("search")), Latency("model", latency.GetProperty("model"))]),
                ],
                [
                    new("cascade", "Accuracy of the cascade against the share that the kernel answers.", plot =>
                    {
                        Plots.Curve(plot, "", [.. points.Select(p => (Estimate.Number(p, "kernelShare"), Estimate.Read(p.GetProperty("reportAccuracy"))))]);
                        plot.XLabel("share answered by the kernel");
                        plot.YLabel("accuracy");
                    }),
                    new("reliability", "Reliability of the model's probabilities, all rows.", plot => Plots.Reliability(plot,
                        [.. model.GetProperty("reliability").EnumerateArray().Select(bin => (Estimate.Number(bin, "confidence"), Estimate.Read(bin.GetProperty("accuracy"))))])),
                ]),
        ];
    }

    private static string[] Latency(string name, JsonElement times) =>
        [name, $"{Estimate.Number(times, "median"):0.0} ms", $"{Estimate.Number(times, "percentile95"):0.0} ms"];
}
