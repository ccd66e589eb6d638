namespace IclMesh.Kernel.Core.Heads;

/// <summary>Optimism of choosing the best head on so many prompts.</summary>
/// <param name="Prompts">Selection prompts used.</param>
/// <param name="SelectionAgreement">Agreement of the chosen head on those prompts, mean over subsets.</param>
/// <param name="ReportAgreement">Agreement of the chosen head on the report prompts, mean over subsets.</param>
public sealed record CurvePoint(int Prompts, double SelectionAgreement, double ReportAgreement);
