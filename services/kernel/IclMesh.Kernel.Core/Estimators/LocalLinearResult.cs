namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Local linear fits.</summary>
/// <param name="Predictions">[Q, C].</param>
/// <param name="Gradients">Derivative of class c by feature d in column c·D + d, [Q, C·D].</param>
/// <param name="Smoother">Equivalent kernel: prediction q is Σ_n smoother[q, n] y_n; rows sum to 1, entries may be negative, [Q, N].</param>
public sealed record LocalLinearResult(DenseMatrix Predictions, DenseMatrix Gradients, DenseMatrix Smoother);
