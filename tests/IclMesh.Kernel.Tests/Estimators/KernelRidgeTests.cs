namespace IclMesh.Kernel.Tests.Estimators;

public sealed class KernelRidgeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void LeaveOneOut_AndInfluence_EqualFittingWithoutTheRow()
    {
        var spec = KernelSpec.FromBandwidth(KernelKind.Rbf, 1.5);
        var features = Draw.Normal(20, 3, 1);
        var queries = Draw.Normal(4, 3, 2);
        var labels = Draw.Labels(20, 2, 3);
        var kernel = KernelMatrix.EvaluatePlainly(spec, features, features);
        var to = KernelMatrix.EvaluatePlainly(spec, queries, features);

        var fit = KernelRidge.Fit(kernel, labels, 0.1, Token);
        var residuals = fit.LeaveOneOutResiduals(Token);
        var influence = fit.Influence(to, Token);

        var whole = fit.Predict(to);
        for (var n = 0; n < 20; n++)
        {
            int[] others = [.. Enumerable.Range(0, 20).Where(i => i != n)];
            var rest = features.Select(others);
            var refit = KernelRidge.Fit(KernelMatrix.EvaluatePlainly(spec, rest, rest), labels.Select(others), 0.1, Token);
            var own = refit.Predict(KernelMatrix.EvaluatePlainly(spec, features.Select([n]), rest));
            var there = refit.Predict(KernelMatrix.EvaluatePlainly(spec, queries, rest));
            for (var c = 0; c < 2; c++)
            {
                Assert.Equal(labels[n, c] - own[0, c], residuals[n, c], 1e-10);
                for (var q = 0; q < 4; q++)
                {
                    Assert.Equal(whole[q, c] - there[q, c], influence[q, (n * 2) + c], 1e-10);
                }
            }
        }
    }

    [Fact]
    public void Leverages_SumToTheDegreesOfFreedom()
    {
        var features = Draw.Normal(30, 2, 4);
        var kernel = KernelMatrix.EvaluatePlainly(new(KernelKind.Linear), features, features);
        var eigen = SymmetricEigen.Decompose(kernel, Token);

        var leverages = KernelRidge.Fit(kernel, Draw.Normal(30, 1, 5), 1, Token).Leverages(Token);

        Assert.Equal(eigen.Values.Sum(value => value / (value + 1)), leverages.Sum(), 1e-9);
    }

    [Fact]
    public void Fit_LinearRidge_PrimalAndDualAgree()
    {
        var wide = Draw.Normal(12, 30, 6);
        var targets = Draw.Normal(12, 2, 7);
        var kernel = KernelMatrix.EvaluatePlainly(new(KernelKind.Linear), wide, wide);

        var primal = LinearRidge.Fit(wide, targets, 0.5, intercept: false, Token);

        Near.Equal(KernelRidge.Fit(kernel, targets, 0.5, Token).Predict(kernel).Values, primal.Predict(wide).Values, relative: 1e-9, absolute: 1e-12);
    }
}
