namespace IclMesh.Kernel.Core.Kernels;

/// <summary>Kernels as their definition, one pair at a time; the reference of <see cref="KernelBlock{T}"/>.</summary>
public static class PlainKernel
{
    /// <summary>K(query, demonstration).</summary>
    /// <param name="spec">The kernel.</param>
    /// <param name="query">Query features, [D].</param>
    /// <param name="demonstration">Demonstration features, [D].</param>
    public static double Evaluate(KernelSpec spec, ReadOnlySpan<double> query, ReadOnlySpan<double> demonstration) =>
        spec.IsSigned ? Signed(spec, query, demonstration) : Math.Exp(Logarithm(spec, query, demonstration));

    /// <summary>log K(query, demonstration) of a kernel that cannot be negative; -∞ outside the support.</summary>
    /// <param name="spec">A kernel with <see cref="KernelSpec.IsSigned"/> false.</param>
    /// <param name="query">Query features, [D].</param>
    /// <param name="demonstration">Demonstration features, [D].</param>
    public static double Logarithm(KernelSpec spec, ReadOnlySpan<double> query, ReadOnlySpan<double> demonstration)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(query.Length, demonstration.Length);
        var gamma = spec.Gamma;
        switch (spec.Kind)
        {
            case KernelKind.Rbf:
                return -gamma * Squared(query, demonstration);
            case KernelKind.Laplacian:
                var manhattan = 0.0;
                for (var i = 0; i < query.Length; i++)
                {
                    manhattan += Math.Abs(query[i] - demonstration[i]);
                }

                return -gamma * manhattan;
            case KernelKind.Epanechnikov:
                return Math.Log(Math.Max(0, 1 - (gamma * gamma * Squared(query, demonstration))));
            case KernelKind.Matern32:
                var u = Math.Sqrt(3 * Squared(query, demonstration)) * gamma;
                return Math.Log(1 + u) - u;
            case KernelKind.Matern52:
                var v = Math.Sqrt(5 * Squared(query, demonstration)) * gamma;
                return Math.Log(1 + v + (v * v / 3)) - v;
            case KernelKind.ExponentialDotProduct:
                return gamma * Dot(query, demonstration);
            case KernelKind.ExponentialCosine:
                return gamma * Cosine(query, demonstration);
            case KernelKind.KullbackLeibler:
                return -gamma * Divergence(demonstration, query);
            default:
                throw new ArgumentOutOfRangeException(nameof(spec), spec.Kind, "has no logarithm");
        }
    }

    /// <summary>KL(p ‖ q) in nats; a 0 in q is read as 1e-300, so that the answer stays finite.</summary>
    /// <param name="p">Distribution, [D].</param>
    /// <param name="q">Distribution, [D].</param>
    public static double Divergence(ReadOnlySpan<double> p, ReadOnlySpan<double> q)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(p.Length, q.Length);
        var sum = 0.0;
        for (var i = 0; i < p.Length; i++)
        {
            if (p[i] > 0)
            {
                sum += p[i] * Math.Log(p[i] / Math.Max(q[i], 1e-300));
            }
        }

        return sum;
    }

    /// <summary>Squared Euclidean distance.</summary>
    /// <param name="x">A vector.</param>
    /// <param name="y">A vector.</param>
    public static double Squared(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            sum += (x[i] - y[i]) * (x[i] - y[i]);
        }

        return sum;
    }

    /// <summary>Cosine; 0 where a vector is all zeros.</summary>
    /// <param name="x">A vector.</param>
    /// <param name="y">A vector.</param>
    public static double Cosine(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var norms = Math.Sqrt(Dot(x, x)) * Math.Sqrt(Dot(y, y));
        return norms == 0 ? 0 : Math.Clamp(Dot(x, y) / norms, -1, 1);
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    private static double Signed(KernelSpec spec, ReadOnlySpan<double> query, ReadOnlySpan<double> demonstration) => spec.Kind switch
    {
        KernelKind.Cosine => Cosine(query, demonstration),
        KernelKind.Linear => Dot(query, demonstration),
        KernelKind.Polynomial => Math.Pow((spec.Gamma * Dot(query, demonstration)) + spec.Offset, spec.Degree),
        KernelKind.Sigmoid => Math.Tanh((spec.Gamma * Dot(query, demonstration)) + spec.Offset),
        _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Kind, "is not a signed kernel"),
    };
}
