using Google.Rpc;
using Grpc.Core;
using IclMesh.Gateway.V1;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Predict;

public sealed class PredictRulesTests
{
    public static TheoryData<string, Action<PredictRequest>> BrokenFields => new()
    {
        { "collection", request => request.Collection = "" },
        { "input", request => request.Input = " " },
        { "input", request => request.Input = new string('x', (1 << 20) + 1) },
        { "labels", request => request.Labels.RemoveAt(1) },
        { "labels[1].name", request => request.Labels[1] = new() { Name = "Negative", Word = "bad", StoredValues = { "1" } } },
        { "labels[1].word", request => request.Labels[1].Word = "Negative" },
        { "labels[1].stored_values", request => request.Labels[1].StoredValues.Add("0") },
        { "model", request => request.Model = "" },
        { "encoder", request => request.Encoder = "" },
        { "template.input", request => request.Template = new() { Input = "no placeholder", Label = "{label}" } },
        { "template.label", request => request.Template = new() { Input = "{text}", Label = "{label}{label}" } },
        { "selection.k", request => request.Selection.K = 0 },
        { "selection.k", request => request.Selection.K = 257 },
        { "selection.leak_guard.near_duplicate_cosine", request => request.Selection.LeakGuard = new() { NearDuplicateCosine = 1.5 } },
        { "max_prompt_tokens", request => request.MaxPromptTokens = 0 },
        { "head_profile.heads", request => request.HeadProfile = new() },
        { "head_profile.heads[0].weight", request => request.HeadProfile = new() { Heads = { new Kernel.V1.HeadWeight { Weight = double.NaN } } } },
    };

    [Theory]
    [MemberData(nameof(BrokenFields), DisableDiscoveryEnumeration = true)]
    public async Task Predict_BrokenField_NamesIt(string field, Action<PredictRequest> breakField)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        breakField(request);

        await RpcAssert.RefusesAsync(field, () => mesh.PredictAsync(request));
    }

    [Fact]
    public async Task Predict_SeveralBrokenFields_NamesThemAll()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => mesh.PredictAsync(new()));

        var fields = error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(violation => violation.Field);
        Assert.Equal(["input", "collection", "labels", "model", "encoder"], fields);
    }

    [Fact]
    public async Task Predict_MoreDemonstrationsThanStored_NamesTheLimit()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var description = await RpcAssert.RefusesAsync("selection.k", () => mesh.PredictAsync(GatewayFixture.Request(k: 4)));

        Assert.Equal("must be at most the 3 demonstrations of collection 'reviews', is 4", description);
    }

    [Fact]
    public async Task Predict_StoredLabelThatNoLabelCovers_NamesIt()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Retrieval.Stored.Add(("d", "so so", "2", 0.95));

        var description = await RpcAssert.RefusesAsync("labels", () => mesh.PredictAsync(GatewayFixture.Request()));

        Assert.Contains("'2'", description, StringComparison.Ordinal);
    }
}
