namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Predictions and what was asked for beside them; the rest is null.</summary>
/// <param name="Predictions">[Q, C].</param>
public sealed record RegressionResult(DenseMatrix Predictions)
{
    /// <summary>[Q, C·D].</summary>
    public DenseMatrix? Gradients { get; init; }

    /// <summary>[Q, C].</summary>
    public DenseMatrix? StandardErrors { get; init; }

    /// <summary>[Q, C].</summary>
    public DenseMatrix? Lower { get; init; }

    /// <summary>[Q, C].</summary>
    public DenseMatrix? Upper { get; init; }

    /// <summary>[N].</summary>
    public double[]? Leverages { get; init; }

    /// <summary>[N, C].</summary>
    public DenseMatrix? LeaveOneOut { get; init; }

    /// <summary>[Q, N·C].</summary>
    public DenseMatrix? Influence { get; init; }

    /// <summary>Weighted means only: effective counts, masses and fallbacks.</summary>
    public SmootherResult? Smoother { get; init; }

    /// <summary>Kernel ridge only.</summary>
    public double ConditionNumber { get; init; }

    /// <summary>Kernel ridge only.</summary>
    public double Jitter { get; init; }
}
