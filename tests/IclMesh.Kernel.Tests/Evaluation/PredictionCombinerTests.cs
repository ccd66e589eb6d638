using IclMesh.Kernel.Core.Evaluation;

namespace IclMesh.Kernel.Tests.Evaluation;

public sealed class PredictionCombinerTests
{
    // The kernel is sure and right on even rows, split on odd ones, where the model is right; the model is wrong on every fourth row.
    private static readonly int[] Gold = [.. Enumerable.Range(0, 40).Select(q => q / 2 % 2)];

    [Fact]
    public void Cascade_SureKernel_AnswersItsRowsAndLeavesTheOthersToTheModel()
    {
        var point = Combiner().Cascade().Single(p => Math.Abs(p.Threshold - 0.7) < 1e-9);

        Assert.Equal(0.5, point.ReportShare);
        Assert.Equal(1, point.KernelAccuracy);
        Assert.Equal(1, point.ReportAccuracy.Estimate);
        Assert.Equal(0.75, Combiner().ModelAccuracy.Estimate);
    }

    [Fact]
    public void Cascade_EveryThreshold_LiesBetweenKernelAndModel()
    {
        var cascade = Combiner().Cascade();

        Assert.Equal(0.5, cascade[0].Threshold, 9);
        Assert.Equal(1, cascade[0].ReportShare);
        Assert.Equal(Combiner().KernelAccuracy.Estimate, cascade[0].ReportAccuracy.Estimate);
        Assert.Equal(0, cascade[^1].OverallShare);
        Assert.Equal(Combiner().ModelAccuracy.Estimate, cascade[^1].ReportAccuracy.Estimate);
        Assert.Equal(cascade.Select(p => p.OverallShare).OrderDescending(), cascade.Select(p => p.OverallShare));
    }

    [Fact]
    public void Pool_EndsOfTheScale_AreModelAndKernel()
    {
        var pool = Combiner().Pool();

        Assert.Equal(Combiner().ModelAccuracy, pool[0].ReportAccuracy);
        Assert.Equal(Combiner().KernelAccuracy, pool[^1].ReportAccuracy);
        Assert.Equal(21, pool.Count);
        Assert.True(pool.Min(p => p.SelectionLoss) < Math.Min(pool[0].SelectionLoss, pool[^1].SelectionLoss));
    }

    [Fact]
    public void Conformal_SureRows_HaveSetsOfOne()
    {
        var cascade = Combiner().Conformal(error: 0.1);

        Assert.Equal(0.5, cascade.ReportShare);
        Assert.Equal(1, cascade.Coverage.Estimate);
        Assert.Equal(1, cascade.ReportAccuracy.Estimate);
    }

    [Fact]
    public void Cascade_Costs_AreThoseOfTheRowsThatAskTheModel()
    {
        double[] costs = [.. Enumerable.Range(0, 40).Select(q => q % 2 == 0 ? 1000.0 : 7)];

        var combiner = Combiner(costs);

        Assert.Equal(503.5, combiner.ModelCost);
        Assert.Equal(3.5, combiner.Cascade().Single(p => Math.Abs(p.Threshold - 0.7) < 1e-9).ReportCost, 12);
        Assert.Equal(1, Combiner().ModelCost);
    }

    [Fact]
    public void Abstention_HigherProbability_AnswersFewerRowsAndNeverSilencesTheKernel()
    {
        var combiner = Combiner();
        var cascade = combiner.Cascade().Single(p => Math.Abs(p.Threshold - 0.7) < 1e-9);

        var points = combiner.Abstention(cascade);

        // The model gives 0.8 to every row that it is asked for; the kernel answers the other half.
        Assert.Equal(20, points.Count);
        Assert.All(points.Where(p => p.MinimumProbability < 0.79), p => Assert.Equal(1, p.ReportCoverage));
        Assert.All(points.Where(p => p.MinimumProbability > 0.81), p => Assert.Equal(0.5, p.ReportCoverage));
        Assert.Equal(cascade.ReportAccuracy, points[0].ReportAccuracy);
    }

    [Fact]
    public void LogLinearPool_EndsOfTheScale_AreTheNormalisedParts()
    {
        double[] model = [Math.Log(0.2), Math.Log(0.6)];
        double[] shares = [0.9, 0.1];
        var pooled = new double[2];

        LogLinearPool.Pool(model, shares, weight: 0, smoothing: 0.05, pooled);
        Assert.Equal([0.25, 0.75], pooled.Select(value => Math.Round(Math.Exp(value), 12)));

        LogLinearPool.Pool(model, shares, weight: 1, smoothing: 0.05, pooled);
        Assert.Equal(0.95 / 1.1, Math.Exp(pooled[0]), 12);
    }

    private static PredictionCombiner Combiner(double[]? costs = null)
    {
        double[][] model = [.. Enumerable.Range(0, 40).Select(q => q % 4 == 0 ? Row(1 - Gold[q], 0.6) : Row(Gold[q], 0.8))];
        double[][] shares = [.. Enumerable.Range(0, 40).Select(q => q % 2 == 0 ? Row(Gold[q], 0.9) : new[] { 0.5, 0.5 })];
        return new(DenseMatrix.FromRows([.. model.Select(row => row.Select(value => Math.Log(value)).ToArray())]), DenseMatrix.FromRows(shares), Gold, selection: 20, smoothing: 0.05, costs);
    }

    private static double[] Row(int label, double share) => label == 0 ? [share, 1 - share] : [1 - share, share];
}
