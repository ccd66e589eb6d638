using Grpc.Core;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Predict;

/// <summary>What a service refuses is the caller's mistake where the caller gave it, under the caller's own name for it.</summary>
public sealed class CallersFieldsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("choices[1]", "labels[1].word")]
    [InlineData("choices", "labels")]
    [InlineData("model", "model")]
    [InlineData("attention.poolings[0]", "attention_pooling[0]")]
    public async Task Predict_ScoringRefusesWhatTheCallerGave_NamesHisField(string field, string own)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.OnScore = (_, _) => throw MeshException.Invalid(field, "adds no token to the prompt");

        Assert.Equal("adds no token to the prompt", await RpcAssert.RefusesAsync(own, () => mesh.PredictAsync(GatewayFixture.Request())));
    }

    [Theory]
    [InlineData("choicesque")]
    [InlineData("segments[0].text")]
    public async Task Predict_ScoringRefusesWhatTheGatewayWrote_IsInternal(string field)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.OnScore = (_, _) => throw MeshException.Invalid(field, "out of order");

        Assert.Equal(StatusCode.Internal, (await Assert.ThrowsAsync<RpcException>(() => mesh.PredictAsync(GatewayFixture.Request()))).StatusCode);
    }

    [Theory]
    [InlineData("leak_guard.excluded_ids", "selection.leak_guard.excluded_ids")]
    [InlineData("collection", "collection")]
    [InlineData("k", "selection.k")]
    public async Task Predict_SearchRefusesWhatTheCallerGave_NamesHisField(string field, string own)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Retrieval.BeforeSearch = _ => throw MeshException.Invalid(field, "is wrong");

        await RpcAssert.RefusesAsync(own, () => mesh.PredictAsync(GatewayFixture.Request()));
    }

    [Fact]
    public async Task GetModel_InferenceRefusesTheName_NamesTheField()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.OnGetModel = _ => throw MeshException.Invalid("model", "must be a name of the catalogue");

        await RpcAssert.RefusesAsync("model", () => mesh.Client.GetModelAsync(new() { Model = "/etc/passwd" }, cancellationToken: Token).ResponseAsync);
    }

    [Fact]
    public async Task Predict_TooManyExcludedIds_NamesTheLimit()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.Selection.LeakGuard = new() { ExcludedIds = { Enumerable.Range(0, 10_001).Select(i => $"{i}") } };

        Assert.Equal("must be between 0 and 10000, is 10001", await RpcAssert.RefusesAsync("selection.leak_guard.excluded_ids", () => mesh.PredictAsync(request)));
        request.Selection.LeakGuard.ExcludedIds.RemoveAt(0);
        await mesh.PredictAsync(request);
    }

    [Theory]
    [InlineData("\u200b", "must hold a character that can be seen")]
    [InlineData("\u200d\ufeff", "must hold a character that can be seen")]
    [InlineData("  ", "must hold a character that can be seen")]
    [InlineData("bad\u0007", "must not hold control characters")]
    [InlineData("bad\u001b]52;c;x", "must not hold control characters")]
    public async Task Predict_WordThatLeavesNoMark_IsRefused(string word, string description)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.Labels[1].Word = word;

        Assert.Equal(description, await RpcAssert.RefusesAsync("labels[1].word", () => mesh.PredictAsync(request)));
    }

    [Theory]
    [InlineData("नहीं\u200dक")]
    [InlineData("👍")]
    [InlineData("+")]
    public async Task Predict_WordOfAnyScript_IsTaken(string word)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.Labels[1].Word = word;

        Assert.Equal("Positive", (await mesh.PredictAsync(request)).Label);
    }
}
