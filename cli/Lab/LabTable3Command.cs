using System.CommandLine;
using IclMesh.Kernel.V1;
using Spectre.Console;

namespace IclMesh.Cli.Lab;

/// <summary><c>iclmesh lab table3</c>: kernel predictor against exact Bayes by the number of demonstrations.</summary>
internal static class LabTable3Command
{
    public static Command Create()
    {
        var options = new LabCommandOptions();
        var models = new Option<int>("--models") { Description = "Hidden Markov models.", DefaultValueFactory = _ => 8 };
        var prompts = new Option<int>("--prompts") { Description = "Prompts per model.", DefaultValueFactory = _ => 40 };
        var length = new Option<int>("--length") { Description = "Observations of an example, its output included.", DefaultValueFactory = _ => 5 };
        var temperature = new Option<double>("--temperature") { Description = "Temperature of the matrices' rows; low is nearly deterministic.", DefaultValueFactory = _ => 0.05 };
        var command = new Command("table3", "Distance of the kernel predictor from the exact posterior (table 3 of arXiv 2305.12766).");
        command.Options.Add(models);
        command.Options.Add(prompts);
        command.Options.Add(length);
        command.Options.Add(temperature);
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(parsed, async (lab, terminal) =>
        {
            var request = new RunTable3Request
            {
                Seed = options.Seed(parsed),
                Models = parsed.GetValue(models),
                Prompts = parsed.GetValue(prompts),
                Length = parsed.GetValue(length),
                Temperature = parsed.GetValue(temperature),
            };
            var report = await LabProgress.ReadAsync(
                terminal, "table 3", lab.RunTable3(request, cancellationToken: cancellationToken), m => (m.Progress, m.Report), cancellationToken);
            options.Plot(parsed, terminal, plot =>
            {
                double[] n = [.. report.Rows.Select(row => Math.Log2(row.N))];
                plot.Add.Scatter(n, report.Rows.Select(row => row.L1.Estimate).ToArray()).LegendText = "L1 distance";
                plot.Add.Scatter(n, report.Rows.Select(row => row.Agreement.Estimate).ToArray()).LegendText = "agreement";
                plot.XLabel("log2 of the number of demonstrations");
                plot.Title("Kernel predictor against exact Bayes");
                plot.ShowLegend(ScottPlot.Edge.Right);
            });
            if (terminal.IsJson)
            {
                terminal.WriteJson(new
                {
                    seed = request.Seed,
                    models = request.Models,
                    prompts = request.Prompts,
                    rows = report.Rows.Select(row => new
                    {
                        n = row.N,
                        l1 = LabText.Json(row.L1),
                        lInfinity = LabText.Json(row.LInfinity),
                        totalVariation = LabText.Json(row.TotalVariation),
                        agreement = LabText.Json(row.Agreement),
                    }),
                });
                return;
            }

            var table = LabText.Table("n", "L1", "L infinity", "agreement", "");
            foreach (var row in report.Rows)
            {
                table.AddRow($"{row.N}", LabText.Show(row.L1), LabText.Show(row.LInfinity), LabText.Show(row.Agreement), LabText.Bar(row.Agreement.Estimate, 1));
            }

            terminal.Out.Write(table);
        }, cancellationToken));
        return command;
    }
}
