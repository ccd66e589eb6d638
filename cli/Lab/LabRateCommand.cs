using System.CommandLine;
using IclMesh.Kernel.V1;
using Spectre.Console;

namespace IclMesh.Cli.Lab;

/// <summary><c>iclmesh lab rate</c>: how fast the kernel predictor reaches its limit.</summary>
internal static class LabRateCommand
{
    public static Command Create()
    {
        var options = new LabCommandOptions();
        var prompts = new Option<int>("--prompts") { Description = "Prompts per number of demonstrations.", DefaultValueFactory = _ => 200 };
        var command = new Command("rate", "Deviation from the limit against the number of demonstrations, with the fitted exponent (theory: -1/2).");
        command.Options.Add(prompts);
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(parsed, async (lab, terminal) =>
        {
            var request = new MeasureRateRequest { Seed = options.Seed(parsed), Prompts = parsed.GetValue(prompts) };
            var report = await LabProgress.ReadAsync(
                terminal, "rate", lab.MeasureRate(request, cancellationToken: cancellationToken), m => (m.Progress, m.Report), cancellationToken);
            options.Plot(parsed, terminal, plot =>
            {
                double[] n = [.. report.Rows.Select(row => Math.Log10(row.N))];
                plot.Add.Scatter(n, report.Rows.Select(row => Math.Log10(row.Deviation.Estimate)).ToArray());
                plot.XLabel("log10 of the number of demonstrations");
                plot.YLabel("log10 of the deviation");
                plot.Title($"Exponent {report.Exponent:0.000} ± {report.ExponentError:0.000}");
            });
            if (terminal.IsJson)
            {
                terminal.WriteJson(new
                {
                    seed = request.Seed,
                    exponent = report.Exponent,
                    exponentError = report.ExponentError,
                    rows = report.Rows.Select(row => new { n = row.N, deviation = LabText.Json(row.Deviation) }),
                });
                return;
            }

            var table = LabText.Table("n", "deviation", "");
            foreach (var row in report.Rows)
            {
                table.AddRow($"{row.N}", LabText.Show(row.Deviation), LabText.Bar(row.Deviation.Estimate, report.Rows[0].Deviation.Estimate));
            }

            terminal.Out.Write(table);
            terminal.Out.WriteLine($"exponent {report.Exponent:0.000} ± {report.ExponentError:0.000} (theory -0.5)");
        }, cancellationToken));
        return command;
    }
}
