namespace IclMesh.Kernel.Core.Estimators;

/// <summary>Data and estimator of a regression: features, or kernel values in their place.</summary>
/// <param name="Estimator">Estimator.</param>
/// <param name="Labels">Labels or targets, [N, C].</param>
public sealed record RegressionProblem(EstimatorKind Estimator, DenseMatrix Labels)
{
    /// <summary>Demonstration features, [N, D]; null with kernel values.</summary>
    public DenseMatrix? Features { get; init; }

    /// <summary>Query features, [Q, D]; null with kernel values.</summary>
    public DenseMatrix? Queries { get; init; }

    /// <summary>K(demonstration, demonstration), [N, N]; null with features.</summary>
    public DenseMatrix? KernelAmong { get; init; }

    /// <summary>K(query, demonstration), [Q, N]; null with features.</summary>
    public DenseMatrix? KernelTo { get; init; }

    /// <summary>The kernel over features.</summary>
    public KernelSpec Kernel { get; init; }

    /// <summary>Kernel products of weighted means run in 32 bit.</summary>
    public bool IsSingle { get; init; }

    /// <summary>What negative kernel values mean to Nadaraya-Watson.</summary>
    public NegativeKernel Negative { get; init; }

    /// <summary>Penalty of kernel ridge.</summary>
    public double Ridge { get; init; }

    /// <summary>Neighbours.</summary>
    public int Neighbours { get; init; } = 1;

    /// <summary>How far a neighbour is.</summary>
    public NeighbourMetric Metric { get; init; }

    /// <summary>How much a neighbour counts.</summary>
    public NeighbourWeights Weighting { get; init; }
}
