namespace IclMesh.Kernel.Core.Estimators;

/// <summary>How much a neighbour counts.</summary>
public enum NeighbourWeights
{
    /// <summary>All k alike.</summary>
    Uniform,

    /// <summary>1 / distance; neighbours at distance 0 share everything.</summary>
    Distance,

    /// <summary>By a kernel.</summary>
    Kernel,
}
