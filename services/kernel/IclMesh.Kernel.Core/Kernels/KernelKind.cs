namespace IclMesh.Kernel.Core.Kernels;

/// <summary>A kernel over vectors. d is the Euclidean distance, h the bandwidth, gamma the scale (see <see cref="KernelSpec"/>).</summary>
public enum KernelKind
{
    /// <summary>exp(-gamma d²), gamma = 1 / 2h².</summary>
    Rbf,

    /// <summary>exp(-gamma d₁) with the Manhattan distance d₁, gamma = 1 / h.</summary>
    Laplacian,

    /// <summary>max(0, 1 - (gamma d)²), gamma = 1 / h.</summary>
    Epanechnikov,

    /// <summary>cos(x, x'); 0 where a vector is all zeros. No scale.</summary>
    Cosine,

    /// <summary>⟨x, x'⟩. No scale.</summary>
    Linear,

    /// <summary>(gamma ⟨x, x'⟩ + offset)^degree.</summary>
    Polynomial,

    /// <summary>tanh(gamma ⟨x, x'⟩ + offset); not positive definite.</summary>
    Sigmoid,

    /// <summary>(1 + √3 gamma d) exp(-√3 gamma d), gamma = 1 / h.</summary>
    Matern32,

    /// <summary>(1 + √5 gamma d + 5/3 (gamma d)²) exp(-√5 gamma d), gamma = 1 / h.</summary>
    Matern52,

    /// <summary>exp(gamma ⟨x, x'⟩): unnormalised softmax attention with temperature h = 1 / gamma.</summary>
    ExponentialDotProduct,

    /// <summary>exp(gamma cos(x, x')).</summary>
    ExponentialCosine,

    /// <summary>exp(-gamma KL(x' ‖ x)) with the demonstration x' and the query x as distributions (kNN prompting); not symmetric.</summary>
    KullbackLeibler,
}
