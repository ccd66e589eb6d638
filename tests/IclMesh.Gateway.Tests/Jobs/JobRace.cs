using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Tests.Jobs;

/// <summary>Two gateways that work and a caller who starts, cancels, resumes and deletes, all at once on one database.</summary>
/// <remarks>Every shard holds the name of the incarnation that it was recorded for, and a result is what all shards say.</remarks>
internal sealed class JobRace(GatewayDatabase database)
{
    private const int Shards = 4;

    private readonly JobStore store = new(database);
    private readonly ShardStore shards = new(database);
    private int ended;

    public async Task RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(time);
        await Task.WhenAll(Task.Run(() => WorkAsync(1, stop.Token), cancellationToken), Task.Run(() => WorkAsync(2, stop.Token), cancellationToken), Task.Run(() => CallAsync(stop.Token), cancellationToken));
        Assert.True(ended > 0, "no job ever ended");
    }

    private async Task WorkAsync(int seed, CancellationToken stop)
    {
        var random = new Random(seed);
        while (!stop.IsCancellationRequested)
        {
            // Half of the leases are over at once: the other gateway takes the job while this one works on.
            if (await store.ClaimAsync(TimeSpan.FromSeconds(random.Next(2) == 0 ? -1 : 60), CancellationToken.None) is not { Attempt: var attempt })
            {
                await Task.Yield();
                continue;
            }

            try
            {
                for (var number = 0; number < Shards; number++)
                {
                    await shards.AddAsync(attempt, new("base", number, System.Text.Encoding.UTF8.GetBytes(attempt.Incarnation), []), CancellationToken.None);
                }

                var said = new List<string>();
                for (var number = 0; number < Shards; number++)
                {
                    if (await shards.FindAsync(attempt.Incarnation, "base", number, CancellationToken.None) is { } shard)
                    {
                        said.Add(System.Text.Encoding.UTF8.GetString(shard.Records));
                    }
                }

                var end = new JobEnd(JobState.Succeeded, new("done", Shards, Shards, 1), string.Join(',', said));
                if (await store.EndAsync(attempt, end, redacted: null, CancellationToken.None))
                {
                    Interlocked.Increment(ref ended);
                }
            }
            catch (LeaseLostException)
            {
                // Cancelled, deleted, or the other gateway's by now.
            }
        }
    }

    private async Task CallAsync(CancellationToken stop)
    {
        var random = new Random(3);
        while (!stop.IsCancellationRequested)
        {
            var (job, _) = await store.AddAsync("job", new() { Study = new() { Model = "lm" }, Evaluation = new() }, 100, CancellationToken.None);
            await Task.Delay(random.Next(8), CancellationToken.None);
            if (await store.CancelAsync("job", CancellationToken.None))
            {
                for (var look = 0; look < 5; look++)
                {
                    Assert.Equal(JobState.Cancelled, (await store.GetAsync("job", CancellationToken.None)).State);
                    await Task.Yield();
                }

                if (random.Next(2) == 0)
                {
                    Assert.True(await store.ResumeAsync("job", CancellationToken.None));
                    await Task.Delay(random.Next(8), CancellationToken.None);
                }
            }

            var now = await store.GetAsync("job", CancellationToken.None);
            Assert.Equal(job.Incarnation, now.Incarnation);
            if (now.State == JobState.Succeeded)
            {
                Assert.Equal(string.Join(',', Enumerable.Repeat(now.Incarnation, Shards)), await store.FindResultAsync(now.Incarnation, CancellationToken.None));
            }

            await store.CancelAsync("job", CancellationToken.None);
            Assert.True(await store.DeleteAsync("job", CancellationToken.None));
            Assert.Empty(await shards.ListAsync(now.Incarnation, CancellationToken.None));
        }
    }
}
