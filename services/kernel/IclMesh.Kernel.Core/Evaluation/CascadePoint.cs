namespace IclMesh.Kernel.Core.Evaluation;

/// <summary>The cascade at one threshold.</summary>
/// <param name="Threshold">Share of its top label at which the kernel answers.</param>
/// <param name="SelectionAccuracy">Accuracy on the selection rows.</param>
/// <param name="SelectionShare">Share of the selection rows that the kernel answers.</param>
/// <param name="ReportAccuracy">Accuracy on the report rows.</param>
/// <param name="ReportShare">Share of the report rows that the kernel answers.</param>
/// <param name="KernelAccuracy">Accuracy of the kernel where it answers a report row; NaN where it answers none.</param>
/// <param name="OverallAccuracy">Accuracy on all rows.</param>
/// <param name="OverallShare">Share of all rows that the kernel answers.</param>
/// <param name="ReportCost">Mean cost of a report row.</param>
public sealed record CascadePoint(
    double Threshold,
    double SelectionAccuracy,
    double SelectionShare,
    ConfidenceInterval ReportAccuracy,
    double ReportShare,
    double KernelAccuracy,
    double OverallAccuracy,
    double OverallShare,
    double ReportCost);
