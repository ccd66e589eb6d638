namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Estimators of a regression.</summary>
public enum EstimatorKind
{
    /// <summary>Weighted mean.</summary>
    NadarayaWatson,

    /// <summary>Weighted least squares on 1 and x - q.</summary>
    LocalLinear,

    /// <summary>Ridge regression in the kernel's space.</summary>
    KernelRidge,

    /// <summary>Mean of the k nearest.</summary>
    NearestNeighbours,
}
