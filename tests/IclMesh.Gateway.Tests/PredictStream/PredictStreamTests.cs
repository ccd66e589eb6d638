using System.Collections.Concurrent;
using Grpc.Core;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Tests.PredictStream;

public sealed class PredictStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PredictStream_SlowItem_DoesNotHoldUpTheOthers()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var slow = new TaskCompletionSource();
        mesh.Inference.OnScore = async (score, _) =>
        {
            if (score.Segments[^1].Text.Contains("slow", StringComparison.Ordinal))
            {
                await slow.Task;
            }

            return Fakes.FakeInference.Answer(score);
        };
        using var call = mesh.Client.PredictStream(cancellationToken: Token);
        await WriteAsync(call, "1", "slow");
        await WriteAsync(call, "2", "quick");

        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.Equal("2", call.ResponseStream.Current.RequestId);
        slow.SetResult();
        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.Equal("1", call.ResponseStream.Current.RequestId);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Token));
    }

    [Fact]
    public async Task PredictStream_BrokenItem_EndsAloneWithItsError()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var call = mesh.Client.PredictStream(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new() { RequestId = "empty" }, Token);
        await WriteAsync(call, "sound", "gripping");
        await call.RequestStream.CompleteAsync();

        var answers = await call.ResponseStream.ReadAllAsync(Token).ToDictionaryAsync(answer => answer.RequestId, cancellationToken: Token);

        Assert.Equal((int)StatusCode.InvalidArgument, answers["empty"].Error.Code);
        Assert.Equal("Positive", answers["sound"].Prediction.Label);
    }

    [Fact]
    public async Task PredictStream_ServiceDown_AnswersEveryItemWithTheReason()
    {
        await using var mesh = await GatewayFixture.StartAsync(("Mesh:retrieval", "http://127.0.0.1:1"));
        using var call = mesh.Client.PredictStream(cancellationToken: Token);
        await WriteAsync(call, "1", "gripping");
        await call.RequestStream.CompleteAsync();

        Assert.True(await call.ResponseStream.MoveNext(Token));

        Assert.Equal("search", call.ResponseStream.Current.Error.GetDetail<Google.Rpc.ErrorInfo>()!.Metadata["leg"]);
    }

    [Fact]
    public async Task PredictStream_FastSender_IsHeldBackByTheLimit()
    {
        await using var mesh = await GatewayFixture.StartAsync(("Gateway:BatchConcurrency", "2"));
        var started = new ConcurrentQueue<string>();
        var gate = new TaskCompletionSource();
        var two = new TaskCompletionSource();
        mesh.Inference.OnScore = async (score, _) =>
        {
            started.Enqueue(score.Segments[^1].Text);
            if (started.Count == 2)
            {
                two.TrySetResult();
            }

            await gate.Task;
            return Fakes.FakeInference.Answer(score);
        };
        using var call = mesh.Client.PredictStream(cancellationToken: Token);
        for (var i = 0; i < 10; i++)
        {
            await WriteAsync(call, $"{i}", $"text {i}");
        }

        await call.RequestStream.CompleteAsync();
        await two.Task.WaitAsync(TimeSpan.FromMinutes(1), Token);
        Assert.Equal(2, started.Count);
        gate.SetResult();

        Assert.Equal(10, await call.ResponseStream.ReadAllAsync(Token).CountAsync(Token));
    }

    [Fact]
    public async Task PredictStream_ClientLeaves_WorkStops()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var (entered, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        mesh.Inference.OnScore = async (_, context) =>
        {
            entered.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
            catch (OperationCanceledException)
            {
                left.TrySetResult();
                throw;
            }

            throw new InvalidOperationException();
        };
        var call = mesh.Client.PredictStream(cancellationToken: Token);
        await WriteAsync(call, "1", "gripping");
        await entered.Task.WaitAsync(TimeSpan.FromMinutes(1), Token);

        call.Dispose();

        await left.Task.WaitAsync(TimeSpan.FromMinutes(1), Token);
    }

    private static Task WriteAsync(AsyncDuplexStreamingCall<PredictStreamRequest, PredictStreamResponse> call, string id, string text)
    {
        var request = GatewayFixture.Request();
        request.Input = text;
        return call.RequestStream.WriteAsync(new() { RequestId = id, Request = request }, Token);
    }
}
