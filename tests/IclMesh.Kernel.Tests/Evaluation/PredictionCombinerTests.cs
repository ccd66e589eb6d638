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

    private static PredictionCombiner Combiner()
    {
        double[][] model = [.. Enumerable.Range(0, 40).Select(q => q % 4 == 0 ? Row(1 - Gold[q], 0.6) : Row(Gold[q], 0.8))];
        double[][] shares = [.. Enumerable.Range(0, 40).Select(q => q % 2 == 0 ? Row(Gold[q], 0.9) : new[] { 0.5, 0.5 })];
        return new(DenseMatrix.FromRows([.. model.Select(row => row.Select(value => Math.Log(value)).ToArray())]), DenseMatrix.FromRows(shares), Gold, selection: 20, smoothing: 0.05);
    }

    private static double[] Row(int label, double share) => label == 0 ? [share, 1 - share] : [1 - share, share];
}
