using IclMesh.Kernel.Core.Selection;

namespace IclMesh.Kernel.Tests.Selection;

public sealed class BandwidthSelectorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Evaluate_Scan_EqualsOneBandwidthAtATime(int classes)
    {
        var features = Draw.Normal(300, 4, 1);
        var labels = classes == 1 ? Draw.Normal(300, 1, 2) : Draw.Labels(300, classes, 2);
        double[] candidates = [1e-3, 0.3, 1, 40];
        var problem = new SmoothingProblem(KernelKind.Rbf, features, labels);

        var scan = LeaveOneOutScan.Evaluate(KernelKind.Rbf, features.AsSamples(), labels, candidates, Token);
        var single = LeaveOneOutScan.Evaluate(KernelKind.Rbf, features.Single(), labels, candidates, Token);

        var expected = Array.ConvertAll(candidates, h => problem.Evaluate(BandwidthCriterion.LeaveOneOut, h, Token));
        Near.Equal(expected, scan, relative: 1e-9);
        // A bandwidth of a thousandth magnifies the rounding of 32-bit distances between near neighbours a million times.
        Near.Equal(expected.AsSpan(1), single.AsSpan(1), relative: 1e-5);
    }

    [Fact]
    public void Select_Refined_IsNoWorseThanAnyCandidate()
    {
        var features = Draw.Normal(80, 1, 3);
        var targets = new DenseMatrix(80, 1);
        for (var n = 0; n < 80; n++)
        {
            targets[n, 0] = Math.Sin(2 * features[n, 0]) + (0.2 * new SeededRandom(4, (ulong)n).Normal());
        }

        foreach (var criterion in Enum.GetValues<BandwidthCriterion>())
        {
            var curve = BandwidthSelector.Select(
                new(KernelKind.Rbf, features, targets), criterion, BandwidthSelector.Geometric(0.05, 3, 12), refine: true, Token);

            Assert.All(curve.Criteria, value => Assert.True(value >= curve.BestCriterion));
            Assert.InRange(curve.Best, 0.05, 1);
        }
    }

    [Fact]
    public void Select_NeighbourBandwidths_SurviveDuplicates()
    {
        var features = new DenseMatrix([0, 0, 0, 1, 2, 3, 3, 4], 8, 1);
        var targets = new DenseMatrix([0, 0, 0, 1, 2, 3, 3, 4], 8, 1);

        foreach (var perDemonstration in new[] { false, true })
        {
            var curve = NeighbourBandwidth.Select(KernelKind.Rbf, [1, 2, 5], perDemonstration, features, targets, Token);

            Assert.All(curve.Criteria, value => Assert.True(double.IsFinite(value)));
            Assert.Contains(curve.Best, curve.Candidates);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(101)]
    public void Select_RidgePath_EqualsFittingEveryRidge(int count)
    {
        var features = Draw.Normal(count, 3, 5);
        var labels = Draw.Labels(count, 2, 6);
        var kernel = KernelMatrix.EvaluatePlainly(KernelSpec.FromBandwidth(KernelKind.Rbf, 1), features, features);
        double[] ridges = [0.01, 0.1, 1, 10];

        var path = RidgePath.Create(kernel, labels, Token);
        var exact = path.Select(ridges, isExact: true, Token);
        var generalised = path.Select(ridges, isExact: false, Token);

        for (var r = 0; r < ridges.Length; r++)
        {
            var fit = KernelRidge.Fit(kernel, labels, ridges[r], Token);
            var left = fit.LeaveOneOutResiduals(Token).Values.Sum(x => x * x) / count;
            var fitted = fit.Predict(kernel);
            var residual = labels.Values.Zip(fitted.Values, (y, f) => (y - f) * (y - f)).Sum() / count;
            var freedom = 1 - (fit.Leverages(Token).Sum() / count);
            Assert.Equal(left, exact.Criteria[r], 1e-9);
            Assert.Equal(residual / (freedom * freedom), generalised.Criteria[r], 1e-9);
        }
    }

    [Fact]
    public void Select_RidgeZeroOnSingularKernel_NamesTheRidge()
    {
        var features = Draw.Normal(10, 2, 7);
        var kernel = KernelMatrix.EvaluatePlainly(new(KernelKind.Linear), features, features);
        var path = RidgePath.Create(kernel, Draw.Normal(10, 1, 8), Token);

        var error = Assert.Throws<MeshException>(() => path.Select([0, 1], isExact: true, Token));

        Assert.Equal("ridges[0]", Assert.Single(error.Violations).Field);
    }

    [Fact]
    public void Select_Kernels_PrefersTheOneThatFits()
    {
        var features = Draw.Normal(120, 2, 9);
        int[] labels = [.. Enumerable.Range(0, 120).Select(n => features[n, 0] * features[n, 1] > 0 ? 1 : 0)];

        var (losses, errors, best) = KernelSelector.Select(
            [KernelSpec.FromBandwidth(KernelKind.Rbf, 100), KernelSpec.FromBandwidth(KernelKind.Rbf, 0.4)],
            features,
            DenseMatrix.OneHot(labels, 2),
            HeldOutLoss.ZeroOne,
            folds: 5,
            seed: 1,
            Token);

        Assert.Equal(1, best);
        Assert.True(losses[1] + (3 * errors[1]) < losses[0]);
    }

    [Fact]
    public void Split_AnyFolds_CoverEveryRowOnce()
    {
        Gen.Select(Gen.Int[2, 60], Gen.Int[2, 10], Gen.ULong).Where((count, folds, _) => folds <= count).Sample((count, folds, seed) =>
        {
            var split = Folding.Split(count, folds, seed).ToList();

            Assert.Equal(Enumerable.Range(0, count), split.SelectMany(fold => fold.Test).Order());
            Assert.All(split, fold => Assert.Equal(count, fold.Train.Length + fold.Test.Length));
            Assert.True(split.Max(fold => fold.Test.Length) - split.Min(fold => fold.Test.Length) <= 1);
        }, iter: 200, threads: 1);
    }
}
