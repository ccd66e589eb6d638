namespace IclMesh.Kernel.Core.Estimators;

/// <summary>How a query's weights came about when the kernel alone could not give them.</summary>
public enum WeightFallback
{
    /// <summary>The kernel decided.</summary>
    None,

    /// <summary>Every demonstration lies outside a compact support: the nearest ones share the weight equally.</summary>
    Nearest,

    /// <summary>The kernel values sum to 0 (up to rounding): all demonstrations weigh the same.</summary>
    Uniform,
}
