using System.Runtime.InteropServices;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;
using IclMesh.Retrieval.V1;
using IclMesh.Testing.Requests.Seeds;

namespace IclMesh.RequestFuzz;

/// <summary>Sixty-four callers who ask for as much as they can, each in one of thirteen ways.</summary>
internal sealed class HostileCallers
{
    private const int Callers = 64;

    private readonly InferenceService.InferenceServiceClient inference;
    private readonly RetrievalService.RetrievalServiceClient retrieval;
    private readonly KernelService.KernelServiceClient kernel;
    private readonly GatewayService.GatewayServiceClient gateway;
    private readonly JobService.JobServiceClient jobs;
    private readonly string words = string.Concat(Enumerable.Range(0, 20_000).Select(i => (i * 7 % 100) + " lovely "));
    private readonly string longest;

    /// <param name="addresses">Of inference, retrieval, kernel and gateway.</param>
    public HostileCallers(string[] addresses)
    {
        var channels = addresses.Select(address => GrpcChannel.ForAddress(address, new() { MaxReceiveMessageSize = null })).ToList();
        (inference, retrieval, kernel) = (new(channels[0]), new(channels[1]), new(channels[2]));
        (gateway, jobs) = (new(channels[3]), new(channels[3]));
        longest = string.Concat(Enumerable.Repeat(words[..150_000], 27));
    }

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => AttackAsync(caller, cancellationToken), CancellationToken.None)));

    private async Task AttackAsync(int caller, CancellationToken end)
    {
        var random = new Random(caller);
        while (!end.IsCancellationRequested)
        {
            try
            {
                await AttackAsync(caller % 13, random, end);
            }
            catch (RpcException)
            {
                // Refused, as most are.
            }
            catch (OperationCanceledException)
            {
                return;
            }

        }
    }

    private async Task AttackAsync(int kind, Random random, CancellationToken end)
    {
        switch (kind)
        {
            case 0:
                await StallAsync(inference.Generate(new() { Model = "lm", Text = "so", MaxTokens = 1000 }, cancellationToken: end), end);
                break;
            case 1:
                await StallAsync(inference.Capture(new() { Model = "lm", Segments = { new Segment { Kind = SegmentKind.Query, Text = words[..1500] } }, Attention = new(), Hidden = new() }, cancellationToken: end), end);
                break;
            case 2:
                using (var stream = inference.Generate(new() { Model = "lm", Text = "so", MaxTokens = 1000 }, cancellationToken: end))
                {
                    while (await stream.ResponseStream.MoveNext(end))
                    {
                    }
                }

                break;
            case 3:
                var labels = Enumerable.Range(0, 64).Select(i => $" label {i}");
                await inference.ScoreAsync(new() { Model = "lm", Segments = { new Segment { Kind = SegmentKind.Query, Text = words[..100_000] } }, Choices = { labels } }, cancellationToken: end);
                break;
            case 4:
                await inference.TokenizeAsync(new() { Model = "lm", Text = longest }, cancellationToken: end);
                break;
            case 5:
                var load = inference.LoadModelAsync(new() { Model = "other" }, cancellationToken: end);
                await inference.UnloadModelAsync(new() { Model = "other" }, deadline: DateTime.UtcNow.AddMilliseconds(random.Next(200)), cancellationToken: end);
                await load;
                break;
            case 6:
                await inference.GetModelAsync(new() { Model = $"owner-{random.Next()}/model" }, cancellationToken: end);
                await inference.GetModelAsync(new() { Model = "/etc/passwd" }, cancellationToken: end);
                break;
            case 7:
                await retrieval.BatchSearchAsync(new() { Collection = "reviews", EmbeddingModel = "encoder", K = 1000, Vectors = { Enumerable.Repeat(Vector(random), 64) } }, cancellationToken: end);
                break;
            case 8:
                var samples = new Samples { Fp64 = new() { Rows = 2000, Columns = 1, Values = ByteString.CopyFrom(new byte[16_000]) } };
                await kernel.EvaluateKernelAsync(new() { Kernel = new() { Function = KernelFunction.Rbf, Bandwidth = 1 }, Features = samples, Queries = samples }, cancellationToken: end);
                break;
            case 9:
                await inference.EmbedAsync(new() { Model = "encoder", Texts = { Enumerable.Range(0, 1024).Select(i => words.Substring(random.Next(100_000), 200)) } }, cancellationToken: end);
                break;
            case 10:
                await jobs.ListJobsAsync(new() { PageSize = 1000 }, cancellationToken: end);
                break;
            case 11:
                await inference.DetokenizeAsync(new() { Model = "lm", TokenIds = { Enumerable.Repeat(99_999_999, 1000) } }, cancellationToken: end);
                await inference.GetModelAsync(new() { Model = new string('x', 100_000) }, cancellationToken: end);
                break;
            default:
                using (var stream = gateway.PredictStream(cancellationToken: end))
                {
                    await stream.RequestStream.WriteAsync(new() { RequestId = "1", Request = GatewaySeeds.Request() }, end);
                    await Task.Delay(TimeSpan.FromSeconds(20), end);
                }

                break;
        }
    }

    /// <summary>Reads one message and then nothing.</summary>
    private static async Task StallAsync<T>(AsyncServerStreamingCall<T> call, CancellationToken end)
    {
        using (call)
        {
            await call.ResponseStream.MoveNext(end);
            await Task.Delay(TimeSpan.FromMinutes(1), end);
        }
    }

    private static ByteString Vector(Random random) =>
        ByteString.CopyFrom(MemoryMarshal.AsBytes<float>([.. Enumerable.Range(0, 256).Select(_ => random.NextSingle())]));
}
