using System.CommandLine;
using IclMesh.Kernel.V1;
using Spectre.Console;

namespace IclMesh.Cli.Lab;

/// <summary><c>iclmesh lab identity</c>: the exact identity behind theorem 1, by enumeration.</summary>
internal static class LabIdentityCommand
{
    public static Command Create()
    {
        var options = new LabCommandOptions();
        var command = new Command("identity", "Check by enumeration that normalised features reproduce every task's posterior exactly.");
        options.AddTo(command, plots: false);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(parsed, async (lab, terminal) =>
        {
            var answer = await lab.CheckIdentityAsync(new CheckIdentityRequest { Seed = options.Seed(parsed) }, cancellationToken: cancellationToken);
            if (terminal.IsJson)
            {
                terminal.WriteJson(new
                {
                    largestError = answer.LargestError,
                    jointError = answer.JointError,
                    massError = answer.MassError,
                    predictorError = answer.PredictorError,
                    rawFeaturesError = answer.RawFeaturesError,
                    rank = answer.Rank,
                    inputs = answer.Inputs,
                });
                return;
            }

            terminal.Out.WriteLine($"largest error      {answer.LargestError:0.0e+0}   over {answer.Inputs} inputs, second moment of rank {answer.Rank}");
            terminal.Out.WriteLine($"  E[e(y) K]        {answer.JointError:0.0e+0}");
            terminal.Out.WriteLine($"  E[K]             {answer.MassError:0.0e+0}");
            terminal.Out.WriteLine($"  predictor, L1    {answer.PredictorError:0.0e+0}   (raw features: {answer.RawFeaturesError:0.000})");
        }, cancellationToken));
        return command;
    }
}
