namespace IclMesh.Kernel.Tests.Estimators;

public sealed class LocalLinearTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Predict_LinearTargets_AreReproducedWithTheirGradient()
    {
        var features = Draw.Normal(30, 2, 1);
        var targets = new DenseMatrix(30, 1);
        for (var n = 0; n < 30; n++)
        {
            targets[n, 0] = 3 + (2 * features[n, 0]) - (5 * features[n, 1]);
        }

        var fit = LocalLinear.Predict(KernelSpec.FromBandwidth(KernelKind.Rbf, 1), new([0.5, -0.25], 1, 2), features, targets, cancellationToken: Token);

        Assert.Equal(5.25, fit.Predictions[0, 0], 1e-10);
        Near.Equal([2, -5], fit.Gradients.Values, relative: 1e-10);
        Assert.Equal(1, TensorSum(fit.Smoother.Row(0)), 1e-10);
    }

    [Fact]
    public void Predict_LeaveOneOut_EqualsRemovingTheRow()
    {
        var spec = KernelSpec.FromBandwidth(KernelKind.Epanechnikov, 2);
        var features = Draw.Normal(25, 1, 2);
        var targets = Draw.Normal(25, 2, 3);

        var left = LocalLinear.Predict(spec, features, features, targets, leaveOneOut: true, Token);

        for (var n = 0; n < 25; n++)
        {
            int[] others = [.. Enumerable.Range(0, 25).Where(i => i != n)];
            var fit = LocalLinear.Predict(spec, features.Select([n]), features.Select(others), targets.Select(others), cancellationToken: Token);
            Near.Equal(fit.Predictions.Values, left.Predictions.Row(n), relative: 1e-9, absolute: 1e-10);
        }
    }

    [Fact]
    public void Predict_OnePointInReach_FallsBackToItsTarget()
    {
        var features = new DenseMatrix([0, 10], 2, 1);

        var fit = LocalLinear.Predict(
            KernelSpec.FromBandwidth(KernelKind.Epanechnikov, 1), new([0.5], 1, 1), features, new([7, 9], 2, 1), cancellationToken: Token);

        // One equation, two unknowns: the solution of least norm passes through the point.
        Assert.Equal(7, fit.Predictions[0, 0] - (0.5 * fit.Gradients[0, 0]), 1e-9);
    }

    private static double TensorSum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }
}
