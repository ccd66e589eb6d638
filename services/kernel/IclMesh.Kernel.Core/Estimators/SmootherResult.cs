namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Kernel-weighted means of the demonstrations' labels.</summary>
/// <param name="Predictions">[Q, C].</param>
/// <param name="EffectiveCounts">Per query 1 / Σ w², N at most for weights in [0, 1], [Q].</param>
/// <param name="LogMasses">Per query log Σ K (log Σ |K| for a signed kernel), the evidence that anything is near, [Q].</param>
/// <param name="Fallbacks">Per query, how the weights came about, [Q].</param>
public sealed record SmootherResult(DenseMatrix Predictions, double[] EffectiveCounts, double[] LogMasses, WeightFallback[] Fallbacks);
