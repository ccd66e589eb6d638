using System.Diagnostics;
using Grpc.Core;
using IclMesh.Retrieval.V1;

namespace IclMesh.Retrieval.Tests.Durability;

/// <summary>Kills the service at random moments under load. Three times here; <c>eng/kill-test.sh</c> asks for fifty.</summary>
public sealed class KillTests
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("ICLMESH_KILLS") ?? "3");

    [Fact]
    public async Task Upsert_KilledAtAnyMoment_LosesNothingAcknowledgedAndShowsNoHalfBatch()
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var random = new Random(20261124);
        var log = new WriteLog(seed: 1);
        var clock = Stopwatch.StartNew();
        for (var kill = 0; kill <= Kills; kill++)
        {
            using var host = await HostProcess.StartAsync(folder.Path, token);
            await host.Client.CreateCollectionAsync(
                new() { Collection = new() { Name = "demos", Dimension = WriteLog.Dimension, EmbeddingModel = "m", EmbeddingModelVersion = "1" } },
                cancellationToken: token);
            log.Check(await ReadAllAsync(host.Client, token));
            if (kill == Kills)
            {
                break;
            }

            var working = new TaskCompletionSource();
            var load = WriteAsync(host.Client, log, working, token);
            await Task.WhenAny(working.Task, load);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 600)), token);
            await host.KillAsync();
            await load;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Kills} kills in {clock.Elapsed.TotalSeconds:0} s, {log.Acknowledged} acknowledged rows, 0 lost, 0 phantom");
        Assert.True(log.Acknowledged > 0);
    }

    private static async Task WriteAsync(RetrievalService.RetrievalServiceClient client, WriteLog log, TaskCompletionSource working, CancellationToken token)
    {
        try
        {
            using var stream = client.UpsertDemonstrations(cancellationToken: token);
            while (true)
            {
                await stream.RequestStream.WriteAsync(log.Next(), token);
                if (!await stream.ResponseStream.MoveNext(token))
                {
                    return;
                }

                log.Acknowledge();
                working.TrySetResult();
            }
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or IOException)
        {
            // The service is gone: what was under way was not acknowledged.
        }
    }

    private static async Task<Dictionary<string, Demonstration>> ReadAllAsync(RetrievalService.RetrievalServiceClient client, CancellationToken token)
    {
        var all = new Dictionary<string, Demonstration>();
        var request = new ListDemonstrationsRequest { Collection = "demos", PageSize = 1000, IncludeVectors = true };
        do
        {
            var page = await client.ListDemonstrationsAsync(request, cancellationToken: token);
            foreach (var demonstration in page.Demonstrations)
            {
                all.Add(demonstration.Id, demonstration);
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }
}
