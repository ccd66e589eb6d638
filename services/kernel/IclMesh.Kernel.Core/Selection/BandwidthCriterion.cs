namespace IclMesh.Kernel.Core.Selection;

/// <summary>What a bandwidth is judged by.</summary>
public enum BandwidthCriterion
{
    /// <summary>Mean squared leave-one-out residual, summed over classes.</summary>
    LeaveOneOut,

    /// <summary>log σ² + (1 + t/n) / (1 - (t + 2)/n) with the trace t of the smoother (Hurvich, Simonoff and Tsai, 1998).</summary>
    Aicc,

    /// <summary>The same with the trace of Nadaraya-Watson whatever the estimator, as statsmodels computes it.</summary>
    AiccLocalConstantTrace,

    /// <summary>Mean squared residual on held-out folds, summed over classes.</summary>
    KFold,
}
