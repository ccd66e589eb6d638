using IclMesh.Kernel.Core.Heads;

namespace IclMesh.Kernel.Tests.Heads;

public sealed class HeadScannerTests
{
    private const int Layers = 3;
    private const int PerLayer = 4;
    private static readonly HeadScanOptions Options = new(
        Layers, PerLayer, Classes: 2, Poolings: 1, Permutations: 50, MixtureHeads: 0, Ridge: 10, CurveRepeats: 10, Seed: 1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Scan_PlantedHead_IsFoundAndBeatsItsNull()
    {
        var prompts = Prompts(planted: (1, 2), count: 200);

        var report = HeadScanner.Scan(Options, prompts, Token);

        Assert.Equal((1, 2), (report.Best.Layer, report.Best.Head));
        Assert.Equal(1, report.BestScore.Agreement.Estimate);
        Assert.InRange(report.BestScore.NullAgreement, 0.3, 0.75);
        Assert.True(report.BestScore.BeatsNull);
        Assert.Equal(1 / 51.0, report.BestScore.PValue, 1e-12);
        Assert.Equal(100, report.ReportPrompts);
    }

    [Fact]
    public void Scan_PlantedHead_CarriesTheMixture()
    {
        // A small ridge: the default of 10 would outweigh a hundred prompts.
        var report = HeadScanner.Scan(Options with { Ridge = 0.01 }, Prompts(planted: (2, 0), count: 200), Token);

        var weights = report.Mixture!.Weights;
        Assert.Equal((2 * PerLayer) + 0, Array.IndexOf(weights, weights.Max()));
        Assert.All(weights, weight => Assert.True(weight >= 0));
        Assert.InRange(report.MixtureScore!.Agreement.Estimate, 0.95, 1);
        Assert.InRange(report.MixtureScore.Correlation.Estimate, 0.95, 1);
    }

    [Fact]
    public void Scan_NothingPlanted_DoesNotBeatItsNull_AndShowsItsOptimism()
    {
        var report = HeadScanner.Scan(Options, Prompts(planted: (-1, -1), count: 200), Token);

        Assert.False(report.BestScore.BeatsNull);
        Assert.True(report.BestScore.PValue > 0.01);
        // The best of 12 heads on 5 prompts looks far better there than it is.
        Assert.True(report.Curve[0].SelectionAgreement > report.Curve[0].ReportAgreement + 0.1);
    }

    [Fact]
    public void Scan_Layers_AreaIsHighWhereTheHeadIs()
    {
        var report = HeadScanner.Scan(Options, Prompts(planted: (1, 2), count: 200), Token);

        Assert.Equal(1, report.LayerScores.MaxBy(layer => layer.AreaUnderCurve)!.Layer);
        Assert.True(report.LayerScores[1].AreaUnderCurve > 0.52);
        Assert.Equal(1, report.LayerScores[^1].CumulativeShare, 1e-12);
    }

    [Fact]
    public void Scan_RelabelledClasses_GivesTheSameAgreements()
    {
        var prompts = Prompts(planted: (0, 3), count: 60);
        var flipped = prompts.Select(prompt => prompt with
        {
            Labels = Array.ConvertAll(prompt.Labels, label => 1 - label),
            ModelLabel = 1 - prompt.ModelLabel,
            LogProbabilities = [prompt.LogProbabilities![1], prompt.LogProbabilities[0]],
        }).ToList();

        var one = HeadScanner.Scan(Options, prompts, Token);
        var two = HeadScanner.Scan(Options, flipped, Token);

        Assert.Equal(one.Scores.Select(score => score.ReportAgreement), two.Scores.Select(score => score.ReportAgreement));
        Near.Equal(one.Mixture!.Weights, two.Mixture!.Weights, relative: 1e-6, absolute: 1e-9);
    }

    /// <summary>The model votes by the planted head, or at random; every other head attends at random.</summary>
    private static List<RecordedPrompt> Prompts((int Layer, int Head) planted, int count)
    {
        var prompts = new List<RecordedPrompt>();
        for (var p = 0; p < count; p++)
        {
            var random = new SeededRandom(7, (ulong)p);
            var labels = new int[6];
            foreach (ref var label in labels.AsSpan())
            {
                label = random.Below(2);
            }

            var attention = new float[Layers * PerLayer * labels.Length];
            foreach (ref var value in attention.AsSpan())
            {
                value = (float)random.Uniform();
            }

            var logOdds = random.Normal();
            if (planted.Layer >= 0)
            {
                var row = attention.AsSpan(((planted.Layer * PerLayer) + planted.Head) * labels.Length, labels.Length);
                double one = 0, all = 0;
                for (var i = 0; i < labels.Length; i++)
                {
                    row[i] *= row[i] * 3;
                    one += labels[i] * row[i];
                    all += row[i];
                }

                logOdds = 6 * ((one / all) - 0.5);
            }

            var probability = 1 / (1 + Math.Exp(-logOdds));
            prompts.Add(new([attention], labels, logOdds > 0 ? 1 : 0, random.Below(2), [Math.Log(1 - probability), Math.Log(probability)], p % 2 == 1));
        }

        return prompts;
    }
}
