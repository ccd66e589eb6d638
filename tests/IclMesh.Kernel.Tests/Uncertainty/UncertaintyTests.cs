using IclMesh.Kernel.Core.Uncertainty;

namespace IclMesh.Kernel.Tests.Uncertainty;

public sealed class UncertaintyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Run_ConformalSets_CoverWhatTheyPromise()
    {
        // Coverage given one split varies by sqrt(.9 x .1 / 250) = 0.02 around 0.9; the mean of 50 splits by 0.003.
        var covered = new double[50];
        for (var split = 0; split < covered.Length; split++)
        {
            var random = new SeededRandom(99, (ulong)split);
            var (features, labels) = Mixture(random, 500);
            var (queries, truth) = Mixture(random, 500);

            var result = ConformalRegression.Run(
                KernelSpec.FromBandwidth(KernelKind.Rbf, 0.5), features, labels, 3, queries, error: 0.1, calibrationShare: 0.5, (ulong)split, Token);

            covered[split] = result.Sets.Select((set, q) => set.Contains(truth[q]) ? 1.0 : 0.0).Average();
        }

        Assert.InRange(covered.Average(), 0.88, 0.92);
    }

    [Fact]
    public void Calibrate_TooFewRows_PutsEveryLabelIntoTheSet()
    {
        var conformal = ConformalPredictor.Calibrate(new([0.9, 0.1, 0.8, 0.2], 2, 2), [0, 0], error: 0.1);

        Assert.Equal(double.NegativeInfinity, conformal.Threshold);
        Assert.Equal([0, 1], conformal.Set([1.0, 0.0]));
    }

    [Fact]
    public void Influence_OfWeightedMeans_EqualsLeavingOut()
    {
        var spec = KernelSpec.FromBandwidth(KernelKind.Rbf, 1);
        var features = Draw.Normal(9, 2, 1);
        var queries = Draw.Normal(3, 2, 2);
        var labels = Draw.Labels(9, 3, 3);
        var weights = SmootherMatrix.NadarayaWatson(spec, queries, features, cancellationToken: Token);
        var predictions = PlainSmoother.Predict(spec, queries, features, labels);

        var influence = SmootherUncertainty.Influence(weights, labels, predictions);

        for (var n = 0; n < 9; n++)
        {
            int[] others = [.. Enumerable.Range(0, 9).Where(i => i != n)];
            var without = PlainSmoother.Predict(spec, queries, features.Select(others), labels.Select(others));
            for (var q = 0; q < 3; q++)
            {
                for (var c = 0; c < 3; c++)
                {
                    Assert.Equal(predictions[q, c] - without[q, c], influence[q, (n * 3) + c], 1e-10);
                }
            }
        }
    }

    [Fact]
    public void WildBootstrap_ManySamples_AgreesWithStandardErrors()
    {
        var features = Draw.Normal(200, 1, 4);
        var targets = new DenseMatrix(200, 1);
        for (var n = 0; n < 200; n++)
        {
            targets[n, 0] = features[n, 0] + (0.5 * new SeededRandom(5, (ulong)n).Normal());
        }

        var problem = new RegressionProblem(EstimatorKind.NadarayaWatson, targets)
        {
            Features = features,
            Queries = new([-0.5, 0, 0.5], 3, 1),
            Kernel = KernelSpec.FromBandwidth(KernelKind.Rbf, 0.3),
        };

        var result = Regression.Run(problem, new(StandardErrors: true, Replicates: 4000, Level: 0.95, Seed: 1), Token);

        // Both are the spread of the same linear form; 4000 replicates fix a 95 % width to about 3 %.
        for (var q = 0; q < 3; q++)
        {
            var width = (result.Upper![q, 0] - result.Lower![q, 0]) / (2 * 1.96);
            Assert.Equal(1, width / result.StandardErrors![q, 0], 0.1);
            Assert.InRange(result.Predictions[q, 0], result.Lower[q, 0], result.Upper[q, 0]);
        }
    }

    [Fact]
    public void Run_PrecomputedKernel_EqualsFeatures()
    {
        var spec = KernelSpec.FromBandwidth(KernelKind.Rbf, 1);
        var (features, queries, labels) = (Draw.Normal(15, 2, 6), Draw.Normal(4, 2, 7), Draw.Labels(15, 2, 8));
        var outputs = new RegressionOutputs(StandardErrors: true, Leverages: true, LeaveOneOut: true, Influence: true, Replicates: 20, Seed: 3);
        foreach (var estimator in new[] { EstimatorKind.NadarayaWatson, EstimatorKind.KernelRidge })
        {
            var direct = new RegressionProblem(estimator, labels) { Features = features, Queries = queries, Kernel = spec, Ridge = 0.3 };
            var given = new RegressionProblem(estimator, labels)
            {
                KernelAmong = KernelMatrix.EvaluatePlainly(spec, features, features),
                KernelTo = KernelMatrix.EvaluatePlainly(spec, queries, features),
                Ridge = 0.3,
            };

            var a = Regression.Run(direct, outputs, Token);
            var b = Regression.Run(given, outputs, Token);

            Near.Equal(a.Predictions.Values, b.Predictions.Values, relative: 1e-9, absolute: 1e-12);
            Near.Equal(a.StandardErrors!.Values, b.StandardErrors!.Values, relative: 1e-8, absolute: 1e-12);
            Near.Equal(a.Leverages!, b.Leverages!, relative: 1e-9, absolute: 1e-12);
            Near.Equal(a.LeaveOneOut!.Values, b.LeaveOneOut!.Values, relative: 1e-8, absolute: 1e-12);
            Near.Equal(a.Influence!.Values, b.Influence!.Values, relative: 1e-8, absolute: 1e-12);
            Near.Equal(a.Lower!.Values, b.Lower!.Values, relative: 1e-8, absolute: 1e-11);
        }
    }

    private static (DenseMatrix Features, int[] Labels) Mixture(SeededRandom random, int count)
    {
        var features = new DenseMatrix(count, 2);
        var labels = new int[count];
        for (var n = 0; n < count; n++)
        {
            labels[n] = random.Below(3);
            features[n, 0] = random.Normal() + (1.2 * labels[n]);
            features[n, 1] = random.Normal() - (labels[n] == 1 ? 1 : 0);
        }

        return (features, labels);
    }
}
