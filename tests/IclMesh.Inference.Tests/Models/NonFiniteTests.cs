using Grpc.Core;
using IclMesh.Fuzz.Mutants;
using IclMesh.Inference.V1;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Models;

/// <summary>Numbers that are not finite: in the weights they are refused, made by the weights they are an error that names the model.</summary>
public sealed class NonFiniteTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task Score_WeightNotFinite_NamesTheTensor(float value)
    {
        Spoil(TinyModels.WriteLlama(folder, "models/bad"), "model.layers.1.mlp.up_proj.weight", value);
        await using var host = await StartAsync();

        var error = await Assert.ThrowsAsync<RpcException>(async () => await Client(host).ScoreAsync(Request(), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.DataLoss, error.StatusCode);
        Assert.Contains("model.layers.1.mlp.up_proj.weight", error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryCall_ActivationsBeyondFloat_IsAnErrorThatNamesTheModel()
    {
        // Finite, but their products are not.
        var bad = TinyModels.WriteLlama(folder, "models/bad");
        Spoil(bad, "model.layers.0.mlp.up_proj.weight", 1e30f);
        Spoil(bad, "model.layers.0.mlp.down_proj.weight", 1e30f);
        var encoder = TinyModels.WriteEncoder(folder, "models/encoder");
        Spoil(encoder, "encoder.layer.0.intermediate.dense.weight", 1e30f);
        Spoil(encoder, "encoder.layer.0.output.dense.weight", 1e30f);
        await using var host = await StartAsync();
        var (client, token) = (Client(host), TestContext.Current.CancellationToken);
        (string Name, Func<Task> Call)[] calls =
        [
            ("bad", async () => await client.ScoreAsync(Request(), cancellationToken: token)),
            ("bad", () => ReadAsync(client.Generate(new() { Model = "bad", Text = "ab", MaxTokens = 3 }, cancellationToken: token))),
            ("bad", () => ReadAsync(client.Capture(Capture(request => request.Hidden = new()), cancellationToken: token))),
            ("bad", () => ReadAsync(client.Capture(Capture(request => request.Lens = new()), cancellationToken: token))),
            ("encoder", async () => await client.EmbedAsync(new() { Model = "encoder", Texts = { "abc" } }, cancellationToken: token)),
        ];
        foreach (var (name, call) in calls)
        {
            var error = Assert.IsType<RpcException>(await Record.ExceptionAsync(call));

            Assert.Equal(StatusCode.DataLoss, error.StatusCode);
            Assert.Contains($"'{name}'", error.Status.Detail, StringComparison.Ordinal);
        }
    }

    public void Dispose() => folder.Dispose();

    private static InferenceService.InferenceServiceClient Client(InProcessHost host) => new(host.Channel);

    private static CaptureRequest Capture(Action<CaptureRequest> ask)
    {
        var request = new CaptureRequest { Model = "bad", Segments = { new Segment { Kind = SegmentKind.Query, Text = "ab" } } };
        ask(request);
        return request;
    }

    private static async Task ReadAsync<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
        {
            while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
            }
        }
    }

    private static ScoreRequest Request() => new() { Model = "bad", Segments = { new Segment { Kind = SegmentKind.Query, Text = "ab" } }, Choices = { "c", "d" } };

    private static void Spoil(string model, string tensor, float value)
    {
        var path = Path.Combine(model, "model.safetensors");
        File.WriteAllBytes(path, SafetensorsEditor.Read(File.ReadAllBytes(path)).Change(
            tensor, old => (old.Name, old.Type, old.Shape, SafetensorsEditor.Bytes(Array.ConvertAll(SafetensorsEditor.Floats(old.Data), number => float.IsFinite(value) ? number * value : value)))));
    }

    private Task<InProcessHost> StartAsync() => TestService.StartAsync(Path.Combine(folder.Path, "models"), Path.Combine(folder.Path, "cache"));
}
