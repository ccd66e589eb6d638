namespace IclMesh.Kernel.Tests.Estimators;

public sealed class NadarayaWatsonTests
{
    public static TheoryData<KernelKind> Kinds => [.. Enum.GetValues<KernelKind>().Where(kind => kind != KernelKind.KullbackLeibler)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Predict_AnyKernel_EqualsPlainSmoother(KernelKind kind)
    {
        var spec = new KernelSpec(kind, Gamma: 0.2, Degree: 2, Offset: 0.1);
        var features = Draw.Normal(500, 6, 1);
        var queries = Draw.Normal(75, 6, 2);
        var labels = Draw.Labels(500, 3, 3);

        var fast = NadarayaWatson.Predict(spec, queries.AsSamples(), features.AsSamples(), labels, cancellationToken: Token);
        var single = NadarayaWatson.Predict(spec, queries.Single(), features.Single(), labels, cancellationToken: Token);

        var plain = PlainSmoother.Predict(spec, queries, features, labels);
        Near.Equal(plain.Values, fast.Predictions.Values, relative: 1e-10, absolute: 1e-13);
        Near.Equal(plain.Values, single.Predictions.Values, relative: 0, absolute: 2e-5);
    }

    [Fact]
    public void Predict_ManyBlocksAndChunks_EqualsPlainSmoother()
    {
        var spec = KernelSpec.FromBandwidth(KernelKind.Rbf, 0.3);
        var features = Draw.Normal(1500, 2, 4);
        var queries = Draw.Normal(1100, 2, 5);
        var labels = Draw.Labels(1500, 2, 6);

        var fast = NadarayaWatson.Predict(spec, queries.AsSamples(), features.AsSamples(), labels, cancellationToken: Token);

        Near.Equal(PlainSmoother.Predict(spec, queries, features, labels).Values, fast.Predictions.Values, relative: 1e-10, absolute: 1e-12);
    }

    [Fact]
    public void Predict_LeaveOneOut_EqualsRemovingTheRow()
    {
        var spec = KernelSpec.FromBandwidth(KernelKind.Laplacian, 1);
        var features = Draw.Normal(40, 3, 7);
        var labels = Draw.Labels(40, 2, 8);

        var left = NadarayaWatson.Predict(spec, features.AsSamples(), features.AsSamples(), labels, leaveOneOut: true, cancellationToken: Token);

        for (var n = 0; n < 40; n++)
        {
            int[] others = [.. Enumerable.Range(0, 40).Where(i => i != n)];
            var expected = PlainSmoother.Predict(spec, features.Select([n]), features.Select(others), labels.Select(others));
            Near.Equal(expected.Values, left.Predictions.Row(n), relative: 1e-12, absolute: 1e-14);
        }
    }

    [Fact]
    public void Predict_EveryWeightUnderflows_TheNearestDecides()
    {
        var features = new DenseMatrix([0, 1], 2, 1);
        var query = new DenseMatrix([1e6], 1, 1);

        var result = NadarayaWatson.Predict(
            KernelSpec.FromBandwidth(KernelKind.Rbf, 1), query.Single(), features.Single(), DenseMatrix.OneHot([0, 1], 2), cancellationToken: Token);

        Assert.Equal([0, 1], result.Predictions.Values);
        Assert.Equal(WeightFallback.None, result.Fallbacks[0]);
        Assert.Equal(1, result.EffectiveCounts[0]);
    }

    [Fact]
    public void Predict_OutsideACompactSupport_NearestShareTheWeight()
    {
        var features = new DenseMatrix([0, 10, 10], 3, 1);
        var query = new DenseMatrix([100], 1, 1);

        var result = NadarayaWatson.Predict(
            KernelSpec.FromBandwidth(KernelKind.Epanechnikov, 1), query.AsSamples(), features.AsSamples(), DenseMatrix.OneHot([0, 1, 2], 3), cancellationToken: Token);

        Assert.Equal([0, 0.5, 0.5], result.Predictions.Values);
        Assert.Equal(WeightFallback.Nearest, result.Fallbacks[0]);
        Assert.Equal(2, result.EffectiveCounts[0]);
    }

    [Fact]
    public void FromKernel_ZeroRow_GivesTheMeanLabel()
    {
        var result = NadarayaWatson.FromKernel(new([0, 0, 0, -1, 0, 0], 2, 3), DenseMatrix.OneHot([0, 0, 1], 2));

        Near.Equal([2 / 3.0, 1 / 3.0, 2 / 3.0, 1 / 3.0], result.Predictions.Values, relative: 1e-15);
        Assert.All(result.Fallbacks, fallback => Assert.Equal(WeightFallback.Uniform, fallback));
    }

    [Fact]
    public void FromKernel_NegativeValues_AreClippedOrKeptAsAsked()
    {
        var labels = DenseMatrix.OneHot([0, 1], 2);
        var kernel = new DenseMatrix([3, -1], 1, 2);

        var clipped = NadarayaWatson.FromKernel(kernel, labels);
        var kept = NadarayaWatson.FromKernel(kernel, labels, NegativeKernel.Keep);

        Assert.Equal([1, 0], clipped.Predictions.Values);
        Assert.Equal([1.5, -0.5], kept.Predictions.Values);
    }

    [Fact]
    public void Predict_HugeBandwidth_GivesTheMean_TinyBandwidth_TheNearest()
    {
        var features = Draw.Normal(20, 3, 9);
        var labels = Draw.Labels(20, 2, 10);
        var mean = labels.Column(1).Average();

        var wide = NadarayaWatson.Predict(
            KernelSpec.FromBandwidth(KernelKind.Rbf, 1e9), features.AsSamples(), features.AsSamples(), labels, cancellationToken: Token);
        var narrow = NadarayaWatson.Predict(
            KernelSpec.FromBandwidth(KernelKind.Rbf, 1e-9), features.AsSamples(), features.AsSamples(), labels, cancellationToken: Token);

        Assert.All(wide.Predictions.Column(1), value => Assert.Equal(mean, value, 1e-9));
        Assert.Equal(labels.Values, narrow.Predictions.Values);
    }

    [Fact]
    public void Weigh_AnyInput_SumsToOneAndFollowsPermutations()
    {
        var cases = Gen.Select(Gen.Int[1, 12], Gen.Enum<KernelKind>(), Gen.Double[0.01, 100], Gen.ULong);
        cases.Where(c => c.Item2 != KernelKind.KullbackLeibler).Sample((count, kind, gamma, seed) =>
        {
            var features = Draw.Normal(count, 3, seed);
            var query = Draw.Normal(1, 3, seed + 1).Row(0);
            var spec = new KernelSpec(kind, gamma);
            var order = new SeededRandom(seed).Permutation(count);

            var weights = PlainSmoother.Weigh(spec, query, features);
            var permuted = PlainSmoother.Weigh(spec, query, features.Select(order));

            Assert.Equal(1, weights.Sum(), 1e-12);
            Assert.All(weights, weight => Assert.InRange(weight, 0, 1));
            Near.Equal(Array.ConvertAll(order, i => weights[i]), permuted, relative: 1e-12, absolute: 1e-15);
        }, iter: 500, threads: 1);
    }

    [Fact]
    public void Predict_TranslationInvariantKernel_IgnoresAShiftOfEverything()
    {
        var kinds = Gen.OneOf(
            new[] { KernelKind.Rbf, KernelKind.Laplacian, KernelKind.Epanechnikov, KernelKind.Matern32, KernelKind.Matern52 }.Select(Gen.Const).ToArray());
        Gen.Select(kinds, Gen.Double[-50, 50], Gen.ULong).Sample((kind, shift, seed) =>
        {
            var features = Draw.Normal(15, 4, seed);
            var queries = Draw.Normal(5, 4, seed + 1);
            var labels = Draw.Labels(15, 3, seed + 2);
            var spec = KernelSpec.FromBandwidth(kind, 2);
            var moved = new[] { features, queries }.Select(matrix =>
                new DenseMatrix(Array.ConvertAll(matrix.Values, x => x + shift), matrix.Rows, matrix.Columns)).ToArray();

            var here = NadarayaWatson.Predict(spec, queries.AsSamples(), features.AsSamples(), labels, cancellationToken: Token);
            var there = NadarayaWatson.Predict(spec, moved[1].AsSamples(), moved[0].AsSamples(), labels, cancellationToken: Token);

            // Near the rim of Epanechnikov's support a kernel value of 1e-14 is itself rounding.
            Near.Equal(here.Predictions.Values, there.Predictions.Values, relative: 1e-9, absolute: 1e-9);
        }, iter: 200, threads: 1);
    }
}
