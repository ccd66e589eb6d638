using System.CommandLine;
using IclMesh.Kernel.V1;
using Spectre.Console;

namespace IclMesh.Cli.Lab;

/// <summary><c>iclmesh lab ginc</c>: exact Bayes and the kernel predictor on GINC, beside the published curves of trained models.</summary>
internal static class LabGincCommand
{
    public static Command Create()
    {
        var options = new LabCommandOptions();
        var prompts = new Option<int>("--prompts") { Description = "Prompts per example length.", DefaultValueFactory = _ => 200 };
        var vocabulary = new Option<int>("--vocabulary") { Description = "Tokens including the delimiter.", DefaultValueFactory = _ => 50 };
        var command = new Command("ginc", "Accuracy of exact Bayes and of the kernel predictor on GINC prompts.");
        command.Options.Add(prompts);
        command.Options.Add(vocabulary);
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(parsed, async (lab, terminal) =>
        {
            var request = new RunGincRequest { Seed = options.Seed(parsed), Prompts = parsed.GetValue(prompts), Vocabulary = parsed.GetValue(vocabulary) };
            var report = await LabProgress.ReadAsync(
                terminal, "GINC", lab.RunGinc(request, cancellationToken: cancellationToken), m => (m.Progress, m.Report), cancellationToken);
            options.Plot(parsed, terminal, plot =>
            {
                foreach (var group in report.Rows.Where(row => row.Variant == GincVariant.Seen).GroupBy(row => row.Length))
                {
                    double[] n = [.. group.Select(row => Math.Log2(row.N + 1))];
                    plot.Add.Scatter(n, group.Select(row => row.Bayes.Estimate).ToArray()).LegendText = $"exact Bayes, k = {group.Key}";
                    plot.Add.Scatter(n, group.Select(row => row.Kernel?.Estimate ?? double.NaN).ToArray()).LegendText = $"kernel, k = {group.Key}";
                }

                plot.XLabel("log2 of the number of demonstrations + 1");
                plot.YLabel("accuracy");
                plot.Title("GINC, concepts of the pre-training family");
                plot.ShowLegend(ScottPlot.Edge.Right);
            });
            if (terminal.IsJson)
            {
                terminal.WriteJson(new
                {
                    seed = request.Seed,
                    rows = report.Rows.Select(row => new
                    {
                        variant = row.Variant.ToString(),
                        k = row.Length,
                        n = row.N,
                        bayes = LabText.Json(row.Bayes),
                        kernel = row.Kernel is null ? null : LabText.Json(row.Kernel),
                        published = row.Published.Select(point => new { point.Model, point.Percent }),
                    }),
                });
                return;
            }

            var table = LabText.Table("concepts", "k", "n", "exact Bayes %", "kernel %", "published %");
            foreach (var row in report.Rows)
            {
                var published = string.Join(", ", row.Published.Select(point => $"{point.Model} {point.Percent:0.0}"));
                table.AddRow($"{row.Variant}", $"{row.Length}", $"{row.N}", LabText.Percent(row.Bayes), row.Kernel is null ? "" : LabText.Percent(row.Kernel), published);
            }

            terminal.Out.Write(table);
        }, cancellationToken));
        return command;
    }
}
