namespace IclMesh.Kernel.Core.Heads;

/// <summary>Agreement and accuracy of one head as the kernel.</summary>
/// <param name="Pooling">Index of the pooling.</param>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Head">Head, from 0.</param>
/// <param name="SelectionAgreement">Share of selection prompts where the head's vote is the model's label.</param>
/// <param name="ReportAgreement">The same on report prompts; never used to choose.</param>
/// <param name="ReportAccuracy">Share of report prompts with a known label where the vote is the true label; NaN without any.</param>
public sealed record HeadScore(int Pooling, int Layer, int Head, double SelectionAgreement, double ReportAgreement, double ReportAccuracy);
