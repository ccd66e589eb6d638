using Grpc.Core;
using IclMesh.Gateway.Tests.Fakes;
using IclMesh.Gateway.V1;
using IclMesh.Retrieval.V1;

namespace IclMesh.Gateway.Tests.Predict;

/// <summary>Each flag alone: it is there where its reason is, at the limit it is not, and no other one comes with it.</summary>
public sealed class FlagTests
{
    [Fact]
    public async Task Flags_NothingToKnow_AreNone()
    {
        await using var mesh = await StartAsync();

        Assert.Empty((await mesh.PredictAsync(GatewayFixture.Request())).Flags);
    }

    [Fact]
    public async Task WeakExplanation_KernelSaysSo()
    {
        await using var mesh = await StartAsync();
        mesh.Kernel.Change = explanation => explanation.Weak = true;

        Assert.Equal([PredictionFlag.WeakExplanation], (await mesh.PredictAsync(GatewayFixture.Request())).Flags);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task KernelDisagrees_TheFirstViewDecides(int view, bool flagged)
    {
        await using var mesh = await StartAsync();
        mesh.Kernel.Change += explanation => explanation.Views[view].Agrees = false;

        Assert.Equal(flagged ? [PredictionFlag.KernelDisagrees] : [], (await mesh.PredictAsync(GatewayFixture.Request())).Flags);
    }

    [Theory]
    [InlineData(0.24, true)]
    [InlineData(0.25, false)]
    public async Task LowLabelMass_BelowTheLimitOnly(double mass, bool flagged)
    {
        await using var mesh = await StartAsync(("Gateway:LowLabelMass", "0.25"));
        mesh.Inference.OnScore = (request, _) =>
        {
            var answer = FakeInference.Answer(request);
            answer.ChoiceMass = mass;
            return Task.FromResult(answer);
        };

        var prediction = await mesh.PredictAsync(GatewayFixture.Request());

        Assert.Equal(mass, prediction.LabelMass);
        Assert.Equal(flagged ? [PredictionFlag.LowLabelMass] : [], prediction.Flags);
    }

    [Theory]
    [InlineData(0.1, 0.74, true)]
    [InlineData(0.1, 0.75, false)]
    [InlineData(0.9, 0.1, false)]
    public async Task OutOfDistribution_NoDemonstrationReachesTheLimit(double first, double second, bool flagged)
    {
        await using var mesh = await StartAsync(("Gateway:OutOfDistributionSimilarity", "0.75"));
        mesh.Retrieval.Stored.Clear();
        mesh.Retrieval.Stored.AddRange([("a", "dull", "0", first), ("b", "a joy", "1", second)]);

        Assert.Equal(flagged ? [PredictionFlag.OutOfDistribution] : [], (await mesh.PredictAsync(GatewayFixture.Request())).Flags);
    }

    [Fact]
    public async Task DemonstrationsDropped_OverTheTokenBudget()
    {
        await using var mesh = await StartAsync();
        mesh.Inference.OnScore = (request, _) =>
        {
            var answer = FakeInference.Answer(request);
            answer.DroppedDemonstrationIds.Add("b");
            return Task.FromResult(answer);
        };

        Assert.Equal([PredictionFlag.DemonstrationsDropped], (await mesh.PredictAsync(GatewayFixture.Request())).Flags);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(3, false)]
    public async Task FewerDemonstrations_GuardsLeftTooFew(int k, bool flagged)
    {
        await using var mesh = await StartAsync();
        mesh.Retrieval.Rejections.Add(new Rejection { Id = "z", Reason = "excluded" });

        var prediction = await mesh.PredictAsync(GatewayFixture.Request(k));

        Assert.Equal(3, prediction.Demonstrations.Count);
        Assert.Equal(flagged ? [PredictionFlag.FewerDemonstrations] : [], prediction.Flags);
    }

    [Fact]
    public async Task Partial_ExplanationFailed_SaysWhy()
    {
        await using var mesh = await StartAsync();
        mesh.Kernel.BeforeExplain = _ => throw new RpcException(new(StatusCode.Unavailable, "is away"));

        var prediction = await mesh.PredictAsync(GatewayFixture.Request());

        Assert.Equal([PredictionFlag.Partial], prediction.Flags);
        Assert.Equal("explain: the service cannot be reached", prediction.ExplanationError.Message);
        Assert.Equal("Positive", prediction.Label);
    }

    /// <summary>A mesh whose predictions carry no flag.</summary>
    private static async Task<GatewayFixture> StartAsync(params (string Key, string Value)[] settings)
    {
        var mesh = await GatewayFixture.StartAsync(settings);
        mesh.Kernel.Change = explanation => explanation.Weak = false;
        return mesh;
    }
}
