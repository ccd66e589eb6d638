namespace IclMesh.Kernel.Core.Evaluation;

/// <summary>The pool at one weight of the kernel.</summary>
/// <param name="Weight">Weight of the kernel, in [0, 1].</param>
/// <param name="SelectionLoss">Mean log-loss on the selection rows.</param>
/// <param name="SelectionAccuracy">Accuracy on the selection rows.</param>
/// <param name="ReportAccuracy">Accuracy on the report rows.</param>
/// <param name="OverallAccuracy">Accuracy on all rows.</param>
public sealed record PoolPoint(double Weight, double SelectionLoss, double SelectionAccuracy, ConfidenceInterval ReportAccuracy, double OverallAccuracy);
