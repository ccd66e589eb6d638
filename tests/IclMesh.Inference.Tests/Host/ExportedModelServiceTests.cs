using Grpc.Core;
using IclMesh.Inference.Tests.Models;
using IclMesh.Inference.V1;
using IclMesh.Testing;
using static IclMesh.Inference.V1.InferenceService;

namespace IclMesh.Inference.Tests.Host;

/// <summary>A decoder that others exported, through the service.</summary>
public sealed class ExportedModelServiceTests(ExportedModelFixture models) : IClassFixture<ExportedModelFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetModel_SaysWhatIsMissing()
    {
        await using var host = await Start();
        var client = new InferenceServiceClient(host.Channel);

        var record = (await client.GetModelAsync(new() { Model = "exported-llama" }, cancellationToken: Token)).Capabilities;
        var listed = (await client.ListModelsAsync(new(), cancellationToken: Token)).Models.Single(model => model.Name == "exported-llama");

        Assert.Equal(("onnx", "exported", "onnx"), (record.Format, record.Reference.Precision, listed.Format));
        Assert.Equal(0, record.Opset);
        Assert.False(record.Attention);
        Assert.False(record.HiddenStates);
        Assert.Contains(record.Limitations, limitation => limitation.StartsWith("no attention", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ScoreAndGenerate_EqualTheEnginesOwnGraph()
    {
        await using var host = await Start();
        var client = new InferenceServiceClient(host.Channel);

        var exported = await client.ScoreAsync(Score("exported-llama"), cancellationToken: Token);
        var own = await client.ScoreAsync(Score("own-llama"), cancellationToken: Token);

        foreach (var (a, b) in exported.Choices.Zip(own.Choices))
        {
            // Sums of up to four log-probabilities near 6, each from fp32 logits of two implementations.
            Assert.Equal(b.LogProbability, a.LogProbability, 1e-4);
        }

        Assert.Equal(await Continue(client, "own-llama"), await Continue(client, "exported-llama"));
    }

    [Fact]
    public async Task Score_Again_ReusesThePrefix()
    {
        await using var host = await Start();
        var client = new InferenceServiceClient(host.Channel);
        var first = await client.ScoreAsync(Score("exported-llama"), cancellationToken: Token);

        var second = await client.ScoreAsync(Score("exported-llama"), cancellationToken: Token);

        Assert.True(second.Usage.CachedTokens > 0);
        Assert.Equal(first.LogitsHash, second.LogitsHash);
    }

    [Fact]
    public async Task AttentionHiddenOrLens_IsRefusedByName()
    {
        await using var host = await Start();
        var client = new InferenceServiceClient(host.Channel);
        var score = Score("exported-llama");
        score.Attention = new() { Poolings = { AttentionPooling.Label } };

        foreach (var (field, call) in (IEnumerable<(string, Func<Task>)>)
        [
            ("attention", async () => await client.ScoreAsync(score, cancellationToken: Token)),
            ("attention", () => Capture(new() { Attention = new() })),
            ("hidden", () => Capture(new() { Hidden = new() })),
            ("lens", () => Capture(new() { Lens = new() })),
        ])
        {
            var error = await Assert.ThrowsAsync<RpcException>(call);
            Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
            Assert.StartsWith($"{field}: 'exported-llama' is an exported graph", error.Status.Detail, StringComparison.Ordinal);
        }

        // Keys and values are there.
        await Capture(new() { Values = new() { Positions = { -1 } } });

        async Task Capture(CaptureRequest request)
        {
            request.Model = "exported-llama";
            request.Segments.AddRange(score.Segments);
            using var call = client.Capture(request, cancellationToken: Token);
            await foreach (var block in call.ResponseStream.ReadAllAsync(Token))
            {
                Assert.NotNull(block);
            }
        }
    }

    private static ScoreRequest Score(string model) => new()
    {
        Model = model,
        Segments = { new Segment { Kind = SegmentKind.Query, Text = "In: fine\nOut:" } },
        Choices = { " no", " yes", " yet" },
    };

    private static async Task<string> Continue(InferenceServiceClient client, string model)
    {
        using var call = client.Generate(new() { Model = model, Text = "In: fine", MaxTokens = 12 }, cancellationToken: Token);
        var text = "";
        await foreach (var piece in call.ResponseStream.ReadAllAsync(Token))
        {
            text += piece.Text;
        }

        return text;
    }

    private Task<InProcessHost> Start() => TestService.StartAsync(models.Folder, models.Cache);
}
