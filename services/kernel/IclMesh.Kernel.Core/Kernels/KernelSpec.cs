namespace IclMesh.Kernel.Core.Kernels;

/// <summary>A kernel with its parameters.</summary>
/// <param name="Kind">Which kernel.</param>
/// <param name="Gamma">Scale, greater than 0 where the kind has one.</param>
/// <param name="Degree">Degree of the polynomial kernel, 1 or more.</param>
/// <param name="Offset">Offset of the polynomial and the sigmoid kernel.</param>
public readonly record struct KernelSpec(KernelKind Kind, double Gamma = 1, int Degree = 3, double Offset = 1)
{
    /// <summary>Log of the kernel has no closed form because the kernel can be negative.</summary>
    public bool IsSigned => Kind is KernelKind.Cosine or KernelKind.Linear or KernelKind.Polynomial or KernelKind.Sigmoid;

    /// <summary>The kernel depends on a bandwidth.</summary>
    public bool HasBandwidth => !IsSigned;

    /// <summary>The kernel is a function of the difference of its arguments, so moving both changes nothing.</summary>
    public bool IsTranslationInvariant =>
        Kind is KernelKind.Rbf or KernelKind.Laplacian or KernelKind.Epanechnikov or KernelKind.Matern32 or KernelKind.Matern52;

    /// <summary>h: 1 / √(2 gamma) for RBF, 1 / gamma otherwise.</summary>
    public double Bandwidth => Kind == KernelKind.Rbf ? Math.Sqrt(0.5 / Gamma) : 1 / Gamma;

    /// <summary>The kernel of a bandwidth.</summary>
    /// <param name="kind">Which kernel.</param>
    /// <param name="bandwidth">h, greater than 0.</param>
    public static KernelSpec FromBandwidth(KernelKind kind, double bandwidth) =>
        new(kind, kind == KernelKind.Rbf ? 0.5 / (bandwidth * bandwidth) : 1 / bandwidth);

    /// <summary>The same kernel with another bandwidth.</summary>
    /// <param name="bandwidth">h, greater than 0.</param>
    public KernelSpec WithBandwidth(double bandwidth) => this with { Gamma = FromBandwidth(Kind, bandwidth).Gamma };
}
