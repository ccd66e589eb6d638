namespace IclMesh.Kernel.Core.Estimators;

/// <summary>What a negative kernel value means to a weighted mean.</summary>
public enum NegativeKernel
{
    /// <summary>It counts as 0, so that weights stay a distribution.</summary>
    Clip,

    /// <summary>It stays negative; weights sum to 1 but may leave [0, 1].</summary>
    Keep,
}
