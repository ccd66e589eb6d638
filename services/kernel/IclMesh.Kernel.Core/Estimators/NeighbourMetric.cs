namespace IclMesh.Kernel.Core.Estimators;

/// <summary>How far a neighbour is.</summary>
public enum NeighbourMetric
{
    /// <summary>Euclidean distance.</summary>
    Euclidean,

    /// <summary>1 - cosine; 1 where a vector is all zeros.</summary>
    Cosine,

    /// <summary>KL(demonstration ‖ query), as in kNN prompting.</summary>
    KullbackLeibler,
}
