using IclMesh.Kernel.Core.Evaluation;
using IclMesh.Kernel.Core.Uncertainty;

namespace IclMesh.Kernel.Tests.Evaluation;

public sealed class PredictionMeasuresTests
{
    [Fact]
    public void Of_SmallExample_EqualsHandCalculation()
    {
        // Labels 0, 1, 1, 0; predicted 0, 1, 0, 0 with probabilities .9, .6, .7, .8 of the predicted one.
        var measures = PredictionMeasures.Of(DenseMatrix.FromRows([[0.9, 0.1], [0.4, 0.6], [0.7, 0.3], [0.8, 0.2]]), [0, 1, 1, 0]);

        Assert.Equal(0.75, measures.Accuracy.Estimate);
        Assert.Equal(0.5, measures.Majority);
        Assert.Equal(((4.0 / 5) + (2.0 / 3)) / 2, measures.MacroF1, 12);
        Assert.Equal(-(Math.Log(0.9) + Math.Log(0.6) + Math.Log(0.3) + Math.Log(0.8)) / 4, measures.LogLoss, 12);
        Assert.Equal(2 * (0.01 + 0.16 + 0.49 + 0.04) / 4, measures.BrierScore, 12);
        Assert.Equal((0.1 + 0.4 + 0.7 + 0.2) / 4, measures.CalibrationError, 12);
        Assert.Equal([2.0, 0, 1, 1], measures.Confusion.Values);
    }

    [Fact]
    public void Of_AnyDistributions_RelabellingChangesNothing()
    {
        // Equal probabilities are left out: the first of equals is another label after renaming.
        var rows = Gen.Double[0.01, 1].Array[3].Where(weights => weights.Distinct().Count() == 3).Select(weights => weights.Select(weight => weight / weights.Sum()).ToArray()).Array[1, 30];
        Gen.Select(rows, Gen.Int[0, 2].Array[30]).Sample((probabilities, labels) =>
        {
            var gold = labels[..probabilities.Length];
            int[] renamed = [2, 0, 1];
            var moved = probabilities.Select(row => new[] { row[1], row[2], row[0] }).ToArray();

            var first = PredictionMeasures.Of(DenseMatrix.FromRows(probabilities), gold);
            var second = PredictionMeasures.Of(DenseMatrix.FromRows(moved), [.. gold.Select(label => renamed[label])]);

            Assert.Equal(first.Accuracy, second.Accuracy);
            Assert.Equal(first.MacroF1, second.MacroF1, 12);
            Assert.Equal(first.LogLoss, second.LogLoss, 12);
            Assert.Equal(first.CalibrationError, second.CalibrationError, 12);
        });
    }

    [Fact]
    public void Difference_SamePredictions_IsNothing() =>
        Assert.Equal(0, PredictionMeasures.Difference([0, 1, 1], [0, 1, 1], [0, 0, 1]).High);

    [Fact]
    public void Difference_OneRowOfFourBetter_HasThePairedInterval()
    {
        var difference = PredictionMeasures.Difference([0, 1, 1, 0], [0, 1, 0, 0], [0, 1, 1, 1]);

        Assert.Equal(0.25, difference.Estimate);
        Assert.Equal(0.25 + (1.959963984540054 * Math.Sqrt(0.1875 / 4)), difference.High, 12);
    }

    [Fact]
    public void Correlation_CopiesWithinGroups_WidensTheIntervalAsFewerIndependentPairsDo()
    {
        var random = new SeededRandom(1);
        double[] x = [.. Enumerable.Range(0, 60).Select(_ => random.Normal())];
        double[] y = [.. x.Select(value => value + random.Normal())];
        double[] copiedX = [.. x.SelectMany(value => Enumerable.Repeat(value, 8))];
        double[] copiedY = [.. y.SelectMany(value => Enumerable.Repeat(value, 8))];

        var single = new GroupBootstrap([.. Enumerable.Range(0, 60)], seed: 1).Correlation(x, y, Statistics.Pearson);
        var grouped = new GroupBootstrap([.. Enumerable.Range(0, 480).Select(i => i / 8)], seed: 1).Correlation(copiedX, copiedY, Statistics.Pearson);

        Assert.Equal(single.Estimate, grouped.Estimate, 9);
        Assert.Equal(single.Low, grouped.Low, 9);
        Assert.Equal(single.High, grouped.High, 9);
    }
}
