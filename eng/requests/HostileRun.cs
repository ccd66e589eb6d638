using System.Diagnostics;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Grpc.Core;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Kernel.V1;
using IclMesh.Retrieval.V1;
using IclMesh.Testing.Requests.Seeds;

namespace IclMesh.RequestFuzz;

/// <summary>Sixty-four callers who ask for as much as they can, beside one who asks for a prediction every tenth of a second.</summary>
internal sealed class HostileRun(MeshProcesses mesh)
{
    private const int Callers = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly InferenceService.InferenceServiceClient inference = new(mesh.Invoker("inference"));
    private readonly RetrievalService.RetrievalServiceClient retrieval = new(mesh.Invoker("retrieval"));
    private readonly KernelService.KernelServiceClient kernel = new(mesh.Invoker("kernel"));
    private readonly JobService.JobServiceClient jobs = new(mesh.Invoker("gateway"));
    private readonly Dictionary<string, double> largest = [];
    private int attacks;

    public async Task<int> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        await AskAsync(TimeSpan.FromSeconds(10), cancellationToken);
        var calm = await AskAsync(time, cancellationToken);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var hostile = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => AttackAsync(caller, end.Token), CancellationToken.None)).ToList();
        var beside = await AskAsync(time, cancellationToken);
        await end.CancelAsync();
        await Task.WhenAll(hostile);

        Console.WriteLine($"{attacks} hostile calls ended");
        Console.WriteLine($"  calm       p50 {Share(calm, 0.5),7:0.0} ms, p95 {Share(calm, 0.95),7:0.0} ms, {calm.Count} predictions");
        Console.WriteLine($"  beside 64  p50 {Share(beside, 0.5),7:0.0} ms, p95 {Share(beside, 0.95),7:0.0} ms, {beside.Count} predictions, p95 {Share(beside, 0.95) / Share(calm, 0.95):0.00} times as long");
        foreach (var name in mesh.Names)
        {
            Console.WriteLine($"  {name,-10} at most {largest[name],6:0} MiB resident, its pod may have {MeshProcesses.Limit(name)}{(mesh.HasExited(name) ? ", DIED" : "")}");
        }

        return mesh.Names.Any(mesh.HasExited) || mesh.Names.Any(name => largest[name] > MeshProcesses.Limit(name)) ? 1 : 0;
    }

    private static double Share(List<double> sorted, double share) => Percentile.Of(sorted, share);

    private async Task<List<double>> AskAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var latencies = new List<double>();
        var clock = Stopwatch.StartNew();
        for (var number = 0; clock.Elapsed < time; number++)
        {
            var request = GatewaySeeds.Request(k: 8);
            request.Input = $"a film that is {(number % 2 == 0 ? "lovely" : "dull")} in {number} ways";
            var start = Stopwatch.GetTimestamp();
            await mesh.Gateway.PredictAsync(request, cancellationToken: cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            foreach (var name in mesh.Names)
            {
                largest[name] = Math.Max(largest.GetValueOrDefault(name), mesh.Resident(name));
            }

            await Task.Delay(Pause, cancellationToken);
        }

        latencies.Sort();
        return latencies;
    }

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

            Interlocked.Increment(ref attacks);
        }
    }

    private async Task AttackAsync(int kind, Random random, CancellationToken end)
    {
        var words = string.Concat(Enumerable.Range(0, 20_000).Select(_ => random.Next(100) + " lovely "));
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
                await inference.TokenizeAsync(new() { Model = "lm", Text = string.Concat(Enumerable.Repeat(words[..150_000], 27)) }, cancellationToken: end);
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
                using (var stream = mesh.Gateway.PredictStream(cancellationToken: end))
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
