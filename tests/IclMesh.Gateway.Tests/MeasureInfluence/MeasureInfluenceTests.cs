using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.MeasureInfluence;

public sealed class MeasureInfluenceTests
{
    private static void Estimate(Kernel.V1.KernelView view, params double[] effects)
    {
        view.RemovalEffects.Clear();
        view.RemovalEffects.AddRange(effects);
    }

    private static readonly Dictionary<string, double> Worth = new() { ["a"] = 1, ["b"] = 2, ["c"] = 3 };

    [Fact]
    public async Task MeasureInfluence_ModelThatAddsUp_FindsWhatEachDemonstrationAdds()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.OnScore = (score, _) => Task.FromResult(AddUp(score));
        mesh.Kernel.Change = explanation =>
        {
            Estimate(explanation.Views[0], 0.1, 0.2, 0.3);
            Estimate(explanation.Views[1], 0.3, 0.2, 0.1);
        };

        var measured = await MeasureAsync(mesh, GatewayFixture.Request(k: 3));

        Assert.Equal("Positive", measured.Prediction.Label);
        Assert.Equal(4, measured.Margin, 12);
        Assert.Equal(["a", "b", "c"], measured.Demonstrations.Select(d => d.Id));
        Assert.Equal([1, 2, 3], measured.Demonstrations.Select(d => Math.Round(d.MarginChange, 12)));
        Assert.All(measured.Demonstrations, (d, i) => Assert.Equal([0, Worth["abc"[i..(i + 1)]]], d.LogProbabilityChanges.Select(c => Math.Round(c, 12))));
        Assert.Equal(4, mesh.Inference.Scores.Count);
        Assert.Equal(["attention", "similarity"], measured.Estimates.Select(estimate => estimate.View));

        // One view's estimates grow in equal steps, as the truth does, the other's fall.
        Assert.Equal([1, -1], measured.Estimates.Select(estimate => Math.Round(estimate.Correlation.Estimate, 9)));
        Assert.Equal([0.1, 0.2, 0.3], measured.Estimates[0].RemovalEffects);
        Assert.Equal((3 * 40, 3 * 8), (measured.PromptTokens, measured.CachedTokens));
    }

    [Fact]
    public async Task MeasureInfluence_EachPrompt_LacksOneDemonstrationAndKeepsTheOrder()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        await MeasureAsync(mesh, GatewayFixture.Request(k: 3));

        var prompts = mesh.Inference.Scores.Select(score => string.Concat(score.Segments.Where(s => s.Kind == SegmentKind.DemonstrationInput).Select(s => s.DemonstrationId))).ToList();
        Assert.Equal("abc", prompts[0]);
        Assert.Equal(["ab", "ac", "bc"], prompts.Skip(1).Order());
        Assert.All(mesh.Inference.Scores.Skip(1), score => Assert.Null(score.Attention));
        Assert.All(mesh.Inference.Scores, score => Assert.Equal("Input: gripping\nOutput:", score.Segments[^1].Text));
    }

    [Fact]
    public async Task MeasureInfluence_LabelTurns_IsNamed()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.OnScore = (score, _) =>
        {
            var answer = Fakes.FakeInference.Answer(score);
            if (score.Segments.All(s => s.DemonstrationId != "c"))
            {
                (answer.Choices[0].Probability, answer.Choices[1].Probability) = (0.9, 0.1);
            }

            return Task.FromResult(answer);
        };

        var measured = await MeasureAsync(mesh, GatewayFixture.Request());

        Assert.Equal(["Positive", "Negative"], measured.Demonstrations.Select(d => d.LabelWithout));
    }

    [Fact]
    public async Task MeasureInfluence_WithoutExplanation_HasNoEstimates()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.Explanation = ExplanationLevel.None;

        var measured = await MeasureAsync(mesh, request);

        Assert.Empty(measured.Estimates);
        Assert.Equal(2, measured.Demonstrations.Count);
    }

    [Fact]
    public async Task MeasureInfluence_NoRequest_NamesTheField()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        await RpcAssert.RefusesAsync("request", () => MeasureAsync(mesh, null));
    }

    private static ScoreResponse AddUp(ScoreRequest score)
    {
        var answer = Fakes.FakeInference.Answer(score);
        answer.Choices[0].LogProbability = -6;
        answer.Choices[1].LogProbability = -8 + score.Segments.Where(s => s.Kind == SegmentKind.DemonstrationInput).Sum(s => Worth[s.DemonstrationId]);
        return answer;
    }

    private static async Task<MeasureInfluenceResponse> MeasureAsync(GatewayFixture mesh, PredictRequest? request) =>
        await mesh.Client.MeasureInfluenceAsync(new() { Request = request }, cancellationToken: TestContext.Current.CancellationToken);
}
