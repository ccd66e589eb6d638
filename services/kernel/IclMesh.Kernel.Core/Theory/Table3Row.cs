namespace IclMesh.Kernel.Core.Theory;

/// <summary>Kernel predictor against exact Bayes at one number of demonstrations; 95 % intervals over models, prompts of one model being dependent.</summary>
/// <param name="Count">n.</param>
/// <param name="L1">Σ |p - q|.</param>
/// <param name="LInfinity">max |p - q|.</param>
/// <param name="TotalVariation">Half of L1.</param>
/// <param name="Agreement">Share of prompts with the same largest entry.</param>
public sealed record Table3Row(int Count, ConfidenceInterval L1, ConfidenceInterval LInfinity, ConfidenceInterval TotalVariation, ConfidenceInterval Agreement);
