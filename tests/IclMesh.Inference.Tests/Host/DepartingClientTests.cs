using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Tests.Models;
using IclMesh.Inference.V1;
using Microsoft.Extensions.DependencyInjection;
using static IclMesh.Inference.V1.InferenceService;

namespace IclMesh.Inference.Tests.Host;

/// <summary>Callers who leave in the middle of a stream leave nothing behind.</summary>
public sealed class DepartingClientTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    private const int Streams = 6;
    private const int Workers = 2;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_ClientLeaves_FreesPlaceAndMemoryWithinASecond(bool generate)
    {
        await using var host = await models.StartAsync(("Inference:Workers", $"{Workers}"));
        var client = new InferenceServiceClient(host.Channel);
        var calls = Enumerable.Range(0, Streams).Select(_ => Open(client, generate)).ToList();
        foreach (var (next, _) in calls)
        {
            // Of a capture the first message is the prompt, sent before the work begins.
            Assert.True(await next() && (generate || await next()));
        }

        var model = Assert.Single(host.Services.GetRequiredService<ModelLibrary>().Loaded);
        Assert.InRange(model.Calls, 1, Streams);

        calls.ForEach(call => call.Leave.Dispose());

        using var second = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        while (model.Calls > 0)
        {
            await Task.Delay(10, second.Token);
        }

        Assert.InRange(model.Language!.IdleSequences, 1, Workers);
    }

    private static (Func<Task<bool>> Next, IDisposable Leave) Open(InferenceServiceClient client, bool generate)
    {
        if (generate)
        {
            var stream = client.Generate(new() { Model = "tiny-llama", Text = "the start of a long story", MaxTokens = 500 });
            return (() => stream.ResponseStream.MoveNext(CancellationToken.None), stream);
        }

        var request = new CaptureRequest { Model = "tiny-llama", Attention = new(), Hidden = new() };
        request.Segments.Add(new Segment { Kind = SegmentKind.Query, Text = new string('x', 590) });
        var capture = client.Capture(request);
        return (() => capture.ResponseStream.MoveNext(CancellationToken.None), capture);
    }
}
