namespace IclMesh.Kernel.Core.Evaluation;

/// <summary>The cascade that lets the kernel answer where its conformal label set holds one label.</summary>
/// <param name="Threshold">Least share that puts a label into a set.</param>
/// <param name="Coverage">Share of the report rows whose set holds the true label.</param>
/// <param name="ReportShare">Share of the report rows whose set holds exactly one label.</param>
/// <param name="ReportAccuracy">Accuracy of the cascade on the report rows.</param>
public sealed record ConformalCascade(double Threshold, ConfidenceInterval Coverage, double ReportShare, ConfidenceInterval ReportAccuracy);
