using IclMesh.Kernel.Core.Probes;

namespace IclMesh.Kernel.Tests.Probes;

public sealed class ProbeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Accuracy_GroupsThatGiveTheClassAway_DoNotLeak()
    {
        // Each group has a direction of its own and one class: a split inside groups would be perfect, one between groups is chance.
        var features = new DenseMatrix(80, 40);
        var classes = new int[80];
        var groups = new int[80];
        var random = new SeededRandom(1);
        for (var n = 0; n < 80; n++)
        {
            groups[n] = n / 4;
            classes[n] = groups[n] % 2;
            features[n, groups[n]] = 10;
            features[n, 20 + (n % 20)] = 0.01 * random.Normal();
        }

        var accuracy = SiteProbe.Accuracy(features, classes, 2, groups, ridge: 0.01, folds: 5, seed: 1, Token);

        Assert.InRange(accuracy.Estimate, 0, 0.7);
    }

    [Fact]
    public void Accuracy_LinearClass_IsRead()
    {
        var features = Draw.Normal(100, 5, 2);
        int[] classes = [.. Enumerable.Range(0, 100).Select(n => features[n, 3] > 0 ? 1 : 0)];

        var accuracy = SiteProbe.Accuracy(features, classes, 2, [.. Enumerable.Range(0, 100).Select(n => n / 5)], 0.01, 5, 1, Token);

        Assert.InRange(accuracy.Estimate, 0.9, 1);
    }

    [Fact]
    public void PerHead_AttentionThatIsTheSimilarity_CorrelatesPerfectly()
    {
        double[] similarity = [0.1, 0.5, 0.3, 0.9];
        var attention = new DenseMatrix([0.1, 0.5, 0.3, 0.9, 1, 1, 1, 1], 2, 4);

        var heads = AttentionCorrelation.PerHead([attention], [similarity], Token);

        Assert.Equal(1, heads[0].Estimate, 1e-12);
        Assert.True(double.IsNaN(heads[1].Estimate));
    }

    [Fact]
    public void Mean_AlignedAttention_KeepsMassAndEnds()
    {
        var aligned = new AlignedAttention(heads: 1, demonstrations: 1, resolution: 5);
        var spans = new PromptSpans([(1, 3)], [(3, 5)], (5, 8));

        aligned.Add([0.1f, 0.05f, 0.15f, 0.1f, 0.2f, 0.1f, 0.1f, 0.2f], 8, spans);

        Near.Equal([0.05, 0.075, 0.1, 0.125, 0.15, 0.3, 0.1, 0.1, 0.1, 0.15, 0.2], aligned.Mean.Values, relative: 1e-6);
        Near.Equal([0.3, 0.1, 0.4, 0.2], aligned.MeanMasses.Values, relative: 1e-6);
    }

    [Fact]
    public void PrefixMatching_HeadThatLooksAfterTheLastOccurrence_ScoresOne()
    {
        int[] tokens = [5, 6, 7, 5, 6, 7];
        var attention = new float[36];
        for (var t = 3; t < 6; t++)
        {
            attention[(t * 6) + t - 2] = 1;
        }

        Assert.Equal(1, InductionScores.PrefixMatching(attention, tokens));
        Assert.Equal(0, InductionScores.PrefixMatching(new float[36], tokens));
        Assert.True(double.IsNaN(InductionScores.PrefixMatching(new float[9], [1, 2, 3])));
    }

    [Fact]
    public void Copying_OnlyTheAttendedTokenRaised_ScoresOne()
    {
        var contributions = new DenseMatrix([9, 0, 0, 0, 9, 0], 2, 3);

        Assert.Equal(1, InductionScores.Copying(contributions, [0, 1]));
        Assert.Equal(-1, InductionScores.Copying(contributions, [1, 2]));
    }

    [Fact]
    public void Statistics_KnownValues()
    {
        Assert.Equal(0.75, Statistics.AreaUnderCurve([1, 2, 2, 3], [false, true, false, true]) - 0.125, 1e-12);
        Assert.Equal([1, 2.5, 2.5, 4], Statistics.Ranks([10, 20, 20, 30]));
        Assert.Equal(1, Statistics.Spearman([1, 2, 3], [1, 10, 100]), 1e-12);
        Assert.Equal(2.5, Statistics.Quantile([4, 1, 2, 3], 0.5));
        // R. G. Newcombe, 1998: 81 of 263 gives 0.2553 to 0.3662.
        var wilson = ConfidenceInterval.Wilson(81, 263);
        Assert.Equal((0.2553, 0.3662), (Math.Round(wilson.Low, 4), Math.Round(wilson.High, 4)));
        // Student's t at 7 degrees of freedom: 2.3646.
        var mean = ConfidenceInterval.Mean([1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.Equal(2.3646 * Math.Sqrt(6.0 / 8), mean.High - mean.Estimate, 2e-3);
    }
}
