using Google.Rpc;
using Grpc.Core;
using IclMesh.Gateway.V1;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Predict;

public sealed class PredictFailureTests
{
    private const string NobodyListens = "http://127.0.0.1:9";

    [Theory]
    [InlineData("inference", "embed")]
    [InlineData("retrieval", "search")]
    public async Task Predict_RequiredServiceDown_NamesTheLeg(string service, string leg)
    {
        await using var mesh = await GatewayFixture.StartAsync(($"Mesh:{service}", NobodyListens));

        var info = await RpcAssert.FailsAsync(StatusCode.Unavailable, "LEG_FAILED", () => mesh.PredictAsync(GatewayFixture.Request()));

        Assert.Equal(leg, info.Metadata["leg"]);
    }

    [Fact]
    public async Task Predict_KernelDown_AnswersWithoutExplanationAndSaysWhy()
    {
        await using var mesh = await GatewayFixture.StartAsync(("Mesh:kernel", NobodyListens));

        var answer = await mesh.Client.PredictAsync(GatewayFixture.Request(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("Positive", answer.Label);
        Assert.Empty(answer.KernelViews);
        Assert.Contains(PredictionFlag.Partial, answer.Flags);
        Assert.Equal((int)Code.Unavailable, answer.ExplanationError.Code);
        Assert.Contains("explain", answer.ExplanationError.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_KernelLate_AnswersWithoutExplanationAndSaysWhy()
    {
        await using var mesh = await GatewayFixture.StartAsync(("Gateway:ExplanationTimeout", "00:00:00.1"));
        mesh.Kernel.BeforeExplain = context => Task.Delay(Timeout.Infinite, context.CancellationToken);

        var answer = await mesh.Client.PredictAsync(GatewayFixture.Request(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains(PredictionFlag.Partial, answer.Flags);
        Assert.Equal((int)Code.DeadlineExceeded, answer.ExplanationError.Code);
    }

    [Fact]
    public async Task Predict_UnknownModel_ComesThroughUnchanged()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.Model = "missing";

        var info = await RpcAssert.FailsAsync(StatusCode.NotFound, "RESOURCE_NOT_FOUND", () => mesh.PredictAsync(request));

        Assert.Equal("missing", info.Metadata["name"]);
    }

    [Fact]
    public async Task Predict_ServiceRefusesTheGatewaysOwnRequest_IsInternal()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.OnScore = (_, _) => throw MeshException.Invalid("segments", "out of order");

        var error = await Assert.ThrowsAsync<RpcException>(() => mesh.PredictAsync(GatewayFixture.Request()));

        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.DoesNotContain("out of order", error.Status.Detail, StringComparison.Ordinal);
        Assert.NotNull(error.GetRpcStatus()!.GetDetail<RequestInfo>());
    }

    [Fact]
    public async Task Predict_DeadlineOfTheCaller_ReachesTheLeg()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var seen = new TaskCompletionSource<DateTime>();
        mesh.Retrieval.BeforeSearch = context =>
        {
            seen.TrySetResult(context.Deadline);
            return Task.CompletedTask;
        };
        var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(20);

        await mesh.Client.PredictAsync(GatewayFixture.Request(), deadline: deadline, cancellationToken: TestContext.Current.CancellationToken);

        // A deadline travels as the time that is left, so it arrives a little later than it was set.
        Assert.Equal(deadline, await seen.Task, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Predict_CallerCancels_TheLegIsCancelled()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var caller = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource();
        mesh.Retrieval.BeforeSearch = async context =>
        {
            context.CancellationToken.Register(cancelled.SetResult);
            await caller.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        };

        var error = await Assert.ThrowsAsync<RpcException>(() => mesh.Client.PredictAsync(GatewayFixture.Request(), cancellationToken: caller.Token).ResponseAsync);

        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }
}
