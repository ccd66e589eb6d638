namespace IclMesh.Kernel.Tests.Kernels;

public sealed class KernelMatrixTests
{
    public static TheoryData<KernelKind> Kinds => [.. Enum.GetValues<KernelKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Evaluate_AnyKernel_EqualsPlainKernel(KernelKind kind)
    {
        var spec = new KernelSpec(kind, Gamma: 0.3, Degree: 3, Offset: 0.5);
        var features = Draw.Normal(210, 19, 1);
        var queries = Draw.Normal(70, 19, 2);
        if (kind == KernelKind.KullbackLeibler)
        {
            AsDistributions(features);
            AsDistributions(queries);
        }

        var fast = KernelMatrix.Evaluate(spec, queries.AsSamples(), features.AsSamples(), TestContext.Current.CancellationToken);
        var single = KernelMatrix.Evaluate(spec, queries.Single(), features.Single(), TestContext.Current.CancellationToken);

        var plain = KernelMatrix.EvaluatePlainly(spec, queries, features);
        Near.Equal(plain.Values, fast.Values, relative: 1e-10, absolute: 1e-13);
        // 32-bit distances of size 40 carry 1e-5 of rounding, times gamma in the exponent.
        Near.Equal(plain.Values, single.Values, relative: 1e-5, absolute: 2e-5);
    }

    [Fact]
    public void Evaluate_FarFromTheOrigin_KeepsSinglePrecisionDistances()
    {
        var spec = KernelSpec.FromBandwidth(KernelKind.Rbf, 1);
        var features = Draw.Normal(30, 4, 3, offset: 500);

        var single = KernelMatrix.Evaluate(spec, features.Single(), features.Single(), TestContext.Current.CancellationToken);

        // The inputs themselves are rounded to 3e-5 there; norms of size 1e6 would have cost 0.1.
        Near.Equal(KernelMatrix.EvaluatePlainly(spec, features, features).Values, single.Values, relative: 0, absolute: 3e-4);
    }

    [Fact]
    public void Evaluate_ZeroVector_HasCosineZero()
    {
        var zero = new DenseMatrix(1, 3);
        var features = Draw.Normal(4, 3, 4);

        var kernel = KernelMatrix.Evaluate(new(KernelKind.Cosine), zero.AsSamples(), features.AsSamples(), TestContext.Current.CancellationToken);

        Assert.All(kernel.Values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Divergence_ZeroInTheSecondDistribution_StaysFinite()
    {
        var divergence = PlainKernel.Divergence([0.5, 0.5], [1, 0]);

        Assert.True(double.IsFinite(divergence));
        Assert.True(divergence > 300);
    }

    private static void AsDistributions(DenseMatrix matrix)
    {
        for (var i = 0; i < matrix.Rows; i++)
        {
            var row = matrix.Row(i);
            var sum = 0.0;
            foreach (ref var value in row)
            {
                value = Math.Exp(value);
                sum += value;
            }

            foreach (ref var value in row)
            {
                value /= sum;
            }
        }
    }
}
