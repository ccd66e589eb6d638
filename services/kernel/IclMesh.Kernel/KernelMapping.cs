using System.Diagnostics;
using IclMesh.Kernel.Core.Kernels;
using IclMesh.Kernel.V1;

namespace IclMesh.Kernel;

/// <summary>Between the proto's kernel functions and Core's kinds.</summary>
internal static class KernelMapping
{
    public static KernelKind ToKind(this KernelFunction function) => function switch
    {
        KernelFunction.Unspecified or KernelFunction.Rbf => KernelKind.Rbf,
        KernelFunction.Laplacian => KernelKind.Laplacian,
        KernelFunction.Epanechnikov => KernelKind.Epanechnikov,
        KernelFunction.Cosine => KernelKind.Cosine,
        KernelFunction.ExponentialDotProduct => KernelKind.ExponentialDotProduct,
        KernelFunction.ExponentialCosine => KernelKind.ExponentialCosine,
        KernelFunction.Linear => KernelKind.Linear,
        KernelFunction.Polynomial => KernelKind.Polynomial,
        KernelFunction.Sigmoid => KernelKind.Sigmoid,
        KernelFunction.Matern32 => KernelKind.Matern32,
        KernelFunction.Matern52 => KernelKind.Matern52,
        KernelFunction.KullbackLeibler => KernelKind.KullbackLeibler,
        _ => throw new UnreachableException($"{function} passed the rules"),
    };
}
