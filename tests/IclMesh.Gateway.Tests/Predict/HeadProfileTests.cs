using Google.Rpc;
using IclMesh.Gateway.V1;
using IclMesh.Kernel.V1;
using IclMesh.Testing;
using HeadWeight = IclMesh.Kernel.V1.HeadWeight;

namespace IclMesh.Gateway.Tests.Predict;

public sealed class HeadProfileTests
{
    public static TheoryData<HeadProfile, string> Broken => new()
    {
        { With(head => head.Layer = 999), "head_profile.heads[0].layer" },
        { With(head => head.Layer = -1), "head_profile.heads[0].layer" },
        { With(head => head.Head = 2), "head_profile.heads[0].head" },
        { With(head => head.Weight = 0), "head_profile.heads" },
        { With(head => head.Weight = -1), "head_profile.heads[0].weight" },
        { With(head => head.Weight = 1e300), "head_profile.heads[0].weight" },
        { new(), "head_profile.heads" },
        { new() { Heads = { new HeadWeight { Weight = 1 } }, ClassBiases = { 1, 2, 3 } }, "head_profile.class_biases" },
        { Measured(new() { Agreement = 7, High = 1 }), "head_profile.faithfulness.agreement" },
        { Measured(new() { Agreement = 0.5, Low = 0.9, High = 0.1 }), "head_profile.faithfulness.low" },
        { Measured(new() { High = 1, Prompts = -5 }), "head_profile.faithfulness.prompts" },
        { Measured(new() { High = 1.5 }), "head_profile.faithfulness.high" },
        { Measured(new() { High = 1, NullAgreement = -0.1 }), "head_profile.faithfulness.null_agreement" },
    };

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public async Task Predict_CallersProfileDoesNotFit_IsRefusedByField(HeadProfile profile, string field)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.HeadProfile = profile;

        await RpcAssert.RefusesAsync(field, () => mesh.PredictAsync(request));
    }

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public async Task Predict_ProfileOfTheCardDoesNotFit_CostsTheExplanationOnly(HeadProfile profile, string field)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.Capabilities.KernelHeads = new()
        {
            Heads = { profile.Heads.Select(head => new Inference.V1.HeadWeight { Layer = head.Layer, Head = head.Head, Weight = head.Weight }) },
            Agreement = profile.Faithfulness?.Agreement ?? 0,
            Low = profile.Faithfulness?.Low ?? 0,
            High = profile.Faithfulness?.High ?? 0,
            NullAgreement = profile.Faithfulness?.NullAgreement ?? 0,
            Prompts = profile.Faithfulness?.Prompts ?? 0,
        };

        var answer = await mesh.PredictAsync(GatewayFixture.Request());

        Assert.Equal("Positive", answer.Label);
        if (profile.Heads.Count == 0 || profile.ClassBiases.Count > 0)
        {
            // A card has no biases, and one without heads is none.
            Assert.DoesNotContain(PredictionFlag.Partial, answer.Flags);
            return;
        }

        Assert.Contains(PredictionFlag.Partial, answer.Flags);
        Assert.Equal((int)Code.FailedPrecondition, answer.ExplanationError.Code);
        Assert.Contains(field, answer.ExplanationError.Message, StringComparison.Ordinal);
        Assert.Contains("card", answer.ExplanationError.Message, StringComparison.Ordinal);
        Assert.Null(mesh.Kernel.Last);
    }

    [Fact]
    public async Task Predict_ProfileOfTheTaskNoLongerFits_CostsTheExplanationOnly()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var task = GatewayFixture.Reviews();
        task.HeadProfile = With(head => head.Layer = 999);
        mesh.Inference.Capabilities.Layers = 1000;
        mesh.Inference.Capabilities.Reference = new() { Name = "lm", Version = "the weights before" };
        await mesh.Tasks.CreateTaskAsync(new() { Task = task }, cancellationToken: TestContext.Current.CancellationToken);
        mesh.Inference.Capabilities.Layers = 1;
        mesh.Inference.Capabilities.Reference = Fakes.FakeInference.LanguageModel;

        // The first answer shows that the weights have changed.
        await mesh.PredictAsync(new() { Task = "reviews", Input = "gripping" });
        var answer = await mesh.PredictAsync(new() { Task = "reviews", Input = "gripping" });

        Assert.Equal("Positive", answer.Label);
        Assert.Contains(PredictionFlag.Partial, answer.Flags);
        Assert.Contains("head_profile.heads[0].layer", answer.ExplanationError.Message, StringComparison.Ordinal);
        await RpcAssert.RefusesAsync("head_profile.heads[0].layer", () => mesh.PredictAsync(new() { Task = "reviews", Input = "gripping", HeadProfile = task.HeadProfile }));
    }

    [Fact]
    public async Task Predict_ProfileThatFits_ExplainsWithIt()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.HeadProfile = Measured(new() { Agreement = 1, Low = 0, High = 1, NullAgreement = 0, Prompts = 0 });
        request.HeadProfile.ClassBiases.Add([0.5, -0.5]);

        await mesh.PredictAsync(request);

        Assert.Equal(request.HeadProfile, mesh.Kernel.Last!.Profile);
    }

    private static HeadProfile With(Action<HeadWeight> change)
    {
        var head = new HeadWeight { Layer = 0, Head = 1, Weight = 1 };
        change(head);
        return new() { Heads = { head } };
    }

    private static HeadProfile Measured(Faithfulness faithfulness) => new() { Heads = { new HeadWeight { Weight = 1 } }, Faithfulness = faithfulness };
}
