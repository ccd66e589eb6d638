using IclMesh.Gateway.V1;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.PredictBatch;

public sealed class PredictBatchTests
{
    [Fact]
    public async Task PredictBatch_OneBrokenText_FailsAloneAndOrderHolds()
    {
        await using var mesh = await GatewayFixture.StartAsync(("Gateway:MaxTextBytes", "1024"));
        var request = new PredictBatchRequest { Shared = Shared(), Inputs = { "one", new string('x', 1025), "three", "" } };

        var response = await mesh.Client.PredictBatchAsync(request, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(
            [PredictBatchResult.OutcomeOneofCase.Prediction, PredictBatchResult.OutcomeOneofCase.Error, PredictBatchResult.OutcomeOneofCase.Prediction, PredictBatchResult.OutcomeOneofCase.Error],
            response.Results.Select(result => result.OutcomeCase));
        Assert.Equal("input", Assert.Single(response.Results[1].Error.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations).Field);
        Assert.Equal(["one", "three"], mesh.Inference.Scores.Select(score => score.Segments[^1].Text["Input: ".Length..^"\nOutput:".Length]).Order());
    }

    [Fact]
    public async Task PredictBatch_ManyTexts_RunAtOnceUpToTheLimit()
    {
        await using var mesh = await GatewayFixture.StartAsync(("Gateway:BatchConcurrency", "4"));
        var (running, most, gate) = (0, 0, new TaskCompletionSource());
        mesh.Inference.OnScore = async (score, _) =>
        {
            var now = Interlocked.Increment(ref running);
            most = Math.Max(most, now);
            if (now == 4)
            {
                gate.TrySetResult();
            }

            await gate.Task;
            Interlocked.Decrement(ref running);
            return Fakes.FakeInference.Answer(score);
        };

        var response = await mesh.Client.PredictBatchAsync(
            new() { Shared = Shared(), Inputs = { Enumerable.Range(0, 12).Select(i => $"text {i}") } }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(4, most);
        Assert.All(response.Results, result => Assert.NotNull(result.Prediction));
    }

    [Fact]
    public async Task PredictBatch_TooManyTextsAndAnInput_NamesBothFields()
    {
        await using var mesh = await GatewayFixture.StartAsync(("Gateway:MaxBatch", "2"));

        await RpcAssert.RefusesAsync("inputs", async () => await mesh.Client.PredictBatchAsync(new() { Shared = Shared(), Inputs = { "1", "2", "3" } }, cancellationToken: TestContext.Current.CancellationToken));
        await RpcAssert.RefusesAsync("shared.input", async () => await mesh.Client.PredictBatchAsync(new() { Shared = GatewayFixture.Request(), Inputs = { "1" } }, cancellationToken: TestContext.Current.CancellationToken));
    }

    private static PredictRequest Shared()
    {
        var shared = GatewayFixture.Request();
        shared.Input = "";
        return shared;
    }
}
