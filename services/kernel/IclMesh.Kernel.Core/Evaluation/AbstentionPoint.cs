namespace IclMesh.Kernel.Core.Evaluation;

/// <summary>A cascade that abstains where the model is asked and gives its label less than a probability.</summary>
/// <param name="MinimumProbability">Least probability of the model's label, in [0, 1).</param>
/// <param name="ReportCoverage">Share of the report rows that are answered.</param>
/// <param name="ReportAccuracy">Accuracy on the report rows that are answered; null where none is.</param>
public sealed record AbstentionPoint(double MinimumProbability, double ReportCoverage, ConfidenceInterval? ReportAccuracy);
