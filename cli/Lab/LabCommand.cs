using System.CommandLine;

namespace IclMesh.Cli.Lab;

/// <summary><c>iclmesh lab</c>: the theory laboratory.</summary>
internal static class LabCommand
{
    public static Command Create() => new("lab", "Theory laboratory: kernel predictor against exact Bayes on hidden Markov models.")
    {
        LabTable3Command.Create(),
        LabIdentityCommand.Create(),
        LabRateCommand.Create(),
        LabBiasCommand.Create(),
        LabGincCommand.Create(),
    };
}
