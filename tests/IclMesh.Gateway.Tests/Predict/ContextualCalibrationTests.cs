using IclMesh.Gateway.Predict;

namespace IclMesh.Gateway.Tests.Predict;

public sealed class ContextualCalibrationTests
{
    [Fact]
    public void Apply_WorkedExample_DividesByTheMeanAndNormalises()
    {
        var (probabilities, prior) = ContextualCalibration.Apply(Log(0.6, 0.4), [Log(0.9, 0.1), Log(0.7, 0.3)]);

        Assert.Equal([0.8, 0.2], prior, Close);
        Assert.Equal([0.6 / 0.8 / ((0.6 / 0.8) + (0.4 / 0.2)), 0.4 / 0.2 / ((0.6 / 0.8) + (0.4 / 0.2))], probabilities, Close);
    }

    [Fact]
    public void Apply_FlatPrior_ChangesNothing()
    {
        var (probabilities, _) = ContextualCalibration.Apply(Log(0.7, 0.2, 0.1), [Log(0.25, 0.25, 0.25)]);

        Assert.Equal([0.7, 0.2, 0.1], probabilities, Close);
    }

    [Fact]
    public void Apply_DistributionEqualToThePrior_BecomesFlat()
    {
        var (probabilities, _) = ContextualCalibration.Apply(Log(0.99, 0.01), [Log(0.99, 0.01)]);

        Assert.Equal([0.5, 0.5], probabilities, Close);
    }

    [Fact]
    public void Apply_LabelImpossibleWithoutAText_StaysFinite()
    {
        var (probabilities, prior) = ContextualCalibration.Apply([-1, -900], [[0, -2000]]);

        Assert.All(probabilities.Concat(prior), value => Assert.True(double.IsFinite(value)));
        Assert.Equal(1, probabilities[1], 12);
    }

    private static double[] Log(params double[] probabilities) => [.. probabilities.Select(p => Math.Log(p))];

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-12;
}
