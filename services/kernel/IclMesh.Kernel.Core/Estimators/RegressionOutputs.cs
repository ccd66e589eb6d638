namespace IclMesh.Kernel.Core.Estimators;

/// <summary>What a regression returns beside its predictions.</summary>
/// <param name="Gradients">Derivatives by the features.</param>
/// <param name="StandardErrors">Standard errors.</param>
/// <param name="Leverages">Diagonal of the hat matrix.</param>
/// <param name="LeaveOneOut">Leave-one-out predictions.</param>
/// <param name="Influence">Effect of every demonstration on every query.</param>
/// <param name="Replicates">Bootstrap samples; 0 for no intervals.</param>
/// <param name="Level">Coverage of the intervals.</param>
/// <param name="Seed">Seed of the bootstrap.</param>
public sealed record RegressionOutputs(
    bool Gradients = false,
    bool StandardErrors = false,
    bool Leverages = false,
    bool LeaveOneOut = false,
    bool Influence = false,
    int Replicates = 0,
    double Level = 0.95,
    ulong Seed = 0)
{
    /// <summary>Residuals of the demonstrations are needed.</summary>
    public bool NeedsResiduals => StandardErrors || Leverages || LeaveOneOut || Replicates > 0;
}
