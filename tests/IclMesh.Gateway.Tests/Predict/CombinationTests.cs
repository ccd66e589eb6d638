using IclMesh.Gateway.Tests.Fakes;
using IclMesh.Gateway.V1;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Predict;

/// <summary>The fake store holds one Negative and two Positive demonstrations of mean similarity 0.6; the fake model says Positive with 0.8.</summary>
public sealed class CombinationTests
{
    public static TheoryData<string, Combination> Broken => new()
    {
        { "combination.neighbours", new() { Neighbours = 0 } },
        { "combination.neighbours", new() { Neighbours = 257 } },
        { "combination.threshold", new() { Threshold = 0 } },
        { "combination.threshold", new() { Threshold = 1.01 } },
        { "combination.conformal_threshold", new() { ConformalThreshold = double.NaN } },
        { "combination.weight", new() { Weight = -0.1 } },
        { "combination.minimum_similarity", new() { MinimumSimilarity = -1.5 } },
        { "combination.minimum_probability", new() { MinimumProbability = 2 } },
    };

    [Fact]
    public async Task Predict_SureKernel_AnswersWithoutTheModel()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var answer = await mesh.PredictAsync(Request(new() { Threshold = 0.6 }));

        Assert.Empty(mesh.Inference.Scores);
        Assert.Equal(0, mesh.Inference.GetModelCalls);
        Assert.Equal("Positive", answer.Label);
        Assert.Equal("Positive", answer.Combined.Label);
        Assert.Equal(Answerer.Kernel, answer.Combined.AnsweredBy);
        Assert.Equal([1 / 3.0, 2 / 3.0], answer.Combined.KernelShares.Select(share => Math.Round(share, 15)), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0.6, answer.Combined.MeanSimilarity, 12);
        Assert.Equal(["a", "b", "c"], answer.Demonstrations.Select(d => d.Id));
        Assert.All(answer.Demonstrations, d => Assert.Equal(1 / 3.0, d.SimilarityWeight, 12));
        Assert.Empty(answer.Probabilities);
        Assert.Equal(["embed", "vote", "total"], answer.Timings.Select(timing => timing.Leg));
    }

    [Theory]
    [InlineData(0.7, null, null, Answerer.Model)]
    [InlineData(null, null, null, Answerer.Model)]
    [InlineData(2 / 3.0, null, null, Answerer.Kernel)]
    [InlineData(null, 0.5, null, Answerer.Kernel)]
    [InlineData(null, 0.3, null, Answerer.Model)]
    [InlineData(null, 0.9, null, Answerer.Model)]
    [InlineData(0.6, null, 0.6, Answerer.Kernel)]
    [InlineData(0.6, null, 0.61, Answerer.Model)]
    public async Task Predict_Cascade_AsksTheModelWhereTheKernelIsNotSure(double? threshold, double? conformal, double? similarity, Answerer by)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var cascade = new Combination();
        if (threshold is { } share)
        {
            cascade.Threshold = share;
        }

        if (conformal is { } least)
        {
            cascade.ConformalThreshold = least;
        }

        if (similarity is { } density)
        {
            // The mean of 0.3, 0.6 and 0.9 is 0.6 but for a rounding error.
            cascade.MinimumSimilarity = density - 1e-9;
        }

        var answer = await mesh.PredictAsync(Request(cascade));

        Assert.Equal(by, answer.Combined.AnsweredBy);
        Assert.Equal(by == Answerer.Model ? 1 : 0, mesh.Inference.Scores.Count);
        Assert.Equal("Positive", answer.Combined.Label);
    }

    [Fact]
    public async Task Predict_Pool_GivesBothDistributionsToTheKernelService()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var answer = await mesh.PredictAsync(Request(new() { Method = CombinationMethod.Pool, Weight = 0.25, Neighbours = 2 }));

        Assert.Equal(0.25, mesh.Evaluation.LastPool!.Weight);
        Assert.Equal([-2, -0.2], FakeEvaluation.Values(mesh.Evaluation.LastPool.ModelLogProbabilities));
        Assert.Equal([0, 1], FakeEvaluation.Values(mesh.Evaluation.LastPool.KernelShares));
        Assert.Equal(Answerer.Pool, answer.Combined.AnsweredBy);
        Assert.Equal([0, 1], answer.Combined.Probabilities);
        Assert.Equal(2, answer.Combined.Neighbours);
        Assert.Equal(0.8, answer.Probabilities[1].Probability);
    }

    [Fact]
    public async Task Predict_ModelLessSureThanAskedFor_Abstains()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var abstained = await mesh.PredictAsync(Request(new() { MinimumProbability = 0.81 }));
        var answered = await mesh.PredictAsync(Request(new() { MinimumProbability = 0.8 }));

        Assert.True(abstained.Combined.Abstained);
        Assert.Equal("", abstained.Combined.Label);
        Assert.Equal("Positive", abstained.Label);
        Assert.False(answered.Combined.Abstained);
    }

    [Fact]
    public async Task Predict_NoCombination_SearchesOnce()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var answer = await mesh.PredictAsync(GatewayFixture.Request());

        Assert.Null(answer.Combined);
        Assert.DoesNotContain("vote", answer.Timings.Select(timing => timing.Leg));
    }

    [Fact]
    public async Task Predict_TaskWithCascade_IsOverriddenFieldByField()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var task = GatewayFixture.Reviews();
        task.Combination = new() { Method = CombinationMethod.Cascade, Threshold = 0.6 };
        await mesh.Tasks.CreateTaskAsync(new() { Task = task }, cancellationToken: TestContext.Current.CancellationToken);

        var byTask = await mesh.PredictAsync(new() { Task = "reviews", Input = "gripping" });
        var stricter = await mesh.PredictAsync(new() { Task = "reviews", Input = "gripping", Combination = new() { Threshold = 0.9 } });

        Assert.Equal(Answerer.Kernel, byTask.Combined.AnsweredBy);
        Assert.Equal(Answerer.Model, stricter.Combined.AnsweredBy);
    }

    [Fact]
    public async Task ReplayPrediction_AnsweredByTheKernel_IsRefused()
    {
        await using var mesh = await GatewayFixture.StartAsync(("Gateway:Predictions:Enabled", "true"));
        var request = Request(new() { Threshold = 0.5 });
        request.Keep = true;
        var id = (await mesh.PredictAsync(request)).PredictionId;

        await RpcAssert.RefusesAsync("id", () => mesh.Client.ReplayPredictionAsync(new() { Id = id }, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
    }

    [Fact]
    public async Task Predict_EmptyCollection_SaysThatNobodyMayVote()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Retrieval.Stored.Clear();

        await RpcAssert.RefusesAsync("combination", () => mesh.PredictAsync(Request(new())));
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Predict_BrokenCombination_NamesTheField(string field, Combination combination)
    {
        await using var mesh = await GatewayFixture.StartAsync();

        await RpcAssert.RefusesAsync(field, () => mesh.PredictAsync(Request(combination)));
    }

    private static PredictRequest Request(Combination combination)
    {
        var request = GatewayFixture.Request();
        request.Combination = combination;
        request.Combination.Method = combination.Method == CombinationMethod.Unspecified ? CombinationMethod.Cascade : combination.Method;
        return request;
    }
}
