using System.CommandLine;
using IclMesh.Kernel.V1;
using Spectre.Console;

namespace IclMesh.Cli.Lab;

/// <summary><c>iclmesh lab bias</c>: what the gap between a task and the pre-training mixture costs.</summary>
internal static class LabBiasCommand
{
    public static Command Create()
    {
        var options = new LabCommandOptions();
        var command = new Command("bias", "Bias of a task against its distance from the pre-training mixture, beside the theorem's bound.");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(parsed, async (lab, terminal) =>
        {
            var request = new MeasureBiasRequest { Seed = options.Seed(parsed) };
            var report = await lab.MeasureBiasAsync(request, cancellationToken: cancellationToken);
            options.Plot(parsed, terminal, plot =>
            {
                plot.Add.Scatter(report.Rows.Select(row => row.TaskWeight).ToArray(), report.Rows.Select(row => row.Bias).ToArray());
                plot.XLabel("weight of the task in the pre-training mixture");
                plot.YLabel("bias");
            });
            if (terminal.IsJson)
            {
                terminal.WriteJson(new
                {
                    seed = request.Seed,
                    rows = report.Rows.Select(row => new { taskWeight = row.TaskWeight, epsilon = row.Epsilon, eta = row.Eta, bound = row.Bound, bias = row.Bias }),
                });
                return;
            }

            var table = LabText.Table("task weight", "epsilon", "bound", "bias", "");
            foreach (var row in report.Rows)
            {
                table.AddRow($"{row.TaskWeight:0.00}", $"{row.Epsilon:0.00e+0}", $"{row.Bound:0.00e+0}", $"{row.Bias:0.0000}", LabText.Bar(row.Bias, report.Rows.Max(r => r.Bias)));
            }

            terminal.Out.Write(table);
        }, cancellationToken));
        return command;
    }
}
