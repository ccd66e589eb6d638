using Grpc.Core;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Tests.Models;
using IclMesh.Inference.V1;
using IclMesh.ServiceDefaults;
using IclMesh.Testing;
using Microsoft.Extensions.DependencyInjection;
using static IclMesh.Inference.V1.InferenceService;

namespace IclMesh.Inference.Tests.Host;

/// <summary>What a caller may make the service hold: texts, keys and values, places, time of readers who do not read.</summary>
public sealed class AdmissionTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_AboveTheLimit_AreRefusedBeforeAnyWork()
    {
        await using var host = await models.StartAsync(("Inference:MaxTextBytes", "2000"));
        var client = new InferenceServiceClient(host.Channel);
        var text = new string('a', 1990) + "ä" + "1234567890";
        var segment = new Segment { Kind = SegmentKind.Query, Text = text };
        Func<Task>[] calls =
        [
            async () => await client.TokenizeAsync(new() { Model = "tiny-llama", Text = text }, cancellationToken: Token),
            async () => await client.ScoreAsync(new() { Model = "tiny-llama", Segments = { segment }, Choices = { "b" } }, cancellationToken: Token),
            async () => await client.EmbedAsync(new() { Model = "tiny-encoder", Texts = { text } }, cancellationToken: Token),
            async () => await FirstAsync(client.Generate(new() { Model = "tiny-llama", Text = text }, cancellationToken: Token)),
            async () => await FirstAsync(client.Capture(new() { Model = "tiny-llama", Segments = { segment }, Hidden = new() }, cancellationToken: Token)),
        ];

        foreach (var call in calls)
        {
            var info = await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, ErrorReasons.ProblemTooLarge, call);
            Assert.Equal("2000", info.Metadata["limit"]);
            Assert.InRange(int.Parse(info.Metadata["actual"], provider: null), 2002, 2003);
        }

        Assert.Equal(0, host.Services.GetRequiredService<ServingSettings>().Memory.Used);
    }

    [Fact]
    public async Task Calls_WhileOthersHoldTheMemory_AreToldToWait()
    {
        await using var host = await models.StartAsync(("Inference:CallMebibytes", "16"));
        var client = new InferenceServiceClient(host.Channel);
        var memory = host.Services.GetRequiredService<ServingSettings>().Memory;
        var request = new ScoreRequest { Model = "tiny-llama", Segments = { new Segment { Kind = SegmentKind.Query, Text = "a" } }, Choices = { "b" } };
        using (var other = memory.Begin())
        {
            other.Reach(16 << 20);

            await RpcAssert.FailsAsync(StatusCode.ResourceExhausted, ErrorReasons.QueueFull, async () => await client.ScoreAsync(request, cancellationToken: Token));
        }

        await client.ScoreAsync(request, cancellationToken: Token);
        Assert.Equal(0, memory.Used);
    }

    [Fact]
    public async Task Streams_AllTheirPlacesTaken_LeavePlacesToAnswers()
    {
        await using var host = await models.StartAsync(("Inference:QueueLimit", "8"));
        var client = new InferenceServiceClient(host.Channel);
        var streams = Enumerable.Range(0, 2).Select(_ => client.Generate(new() { Model = "tiny-llama", Text = "the start", MaxTokens = 500 })).ToList();
        foreach (var stream in streams)
        {
            Assert.True(await stream.ResponseStream.MoveNext(Token));
        }

        await RpcAssert.FailsAsync(
            StatusCode.ResourceExhausted, ErrorReasons.QueueFull, async () => await FirstAsync(client.Generate(new() { Model = "tiny-llama", Text = "the start", MaxTokens = 500 })));
        var request = new ScoreRequest { Model = "tiny-llama", Segments = { new Segment { Kind = SegmentKind.Query, Text = "a" } }, Choices = { "b" } };
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ => await client.ScoreAsync(request, cancellationToken: Token)));
        streams.ForEach(stream => stream.Dispose());
    }

    [Fact]
    public async Task Stream_ReaderTakesNothing_EndsAndFreesItsPlace()
    {
        // Over a socket: only a real connection has a window that a reader can leave full.
        await using var host = await LoopbackHost.StartAsync(
            builder => builder.AddInference(), app => app.MapInference(), new Dictionary<string, string?>
            {
                ["Inference:ModelFolders:0"] = models.Folder,
                ["Inference:WeightCacheFolder"] = models.Cache,
                ["Inference:StallTimeout"] = "00:00:01",
            });
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(host.Address, new()
        {
            HttpHandler = new SocketsHttpHandler { InitialHttp2StreamWindowSize = 65_535 },
        });
        var client = new InferenceServiceClient(channel);
        var request = new CaptureRequest { Model = "tiny-llama", Attention = new(), Hidden = new() };
        request.Segments.Add(new Segment { Kind = SegmentKind.Query, Text = new string('x', 590) });
        using var call = client.Capture(request, cancellationToken: Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        var library = host.Services.GetRequiredService<ModelLibrary>();
        var model = Assert.Single(library.Loaded);
        Assert.Equal(1, model.Calls);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (model.Calls > 0)
        {
            await Task.Delay(50, limit.Token);
        }

        Assert.Equal(0, host.Services.GetRequiredService<ServingSettings>().Memory.Used);
    }

    private static async Task FirstAsync<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
        {
            await call.ResponseStream.MoveNext(Token);
        }
    }
}
