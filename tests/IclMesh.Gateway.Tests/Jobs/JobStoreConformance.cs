using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;
using Microsoft.Extensions.Time.Testing;

namespace IclMesh.Gateway.Tests.Jobs;

/// <summary>What the store of jobs promises, whichever database holds it.</summary>
public abstract class JobStoreConformance : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private GatewayDatabase? database;

    private JobStore Store => new(database!, clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = GatewayDatabase.Open(await OptionsAsync());

    public async ValueTask DisposeAsync()
    {
        await database!.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Claim_ManyGatewaysAtOnce_EveryJobHasOneOwner()
    {
        for (var i = 0; i < 5; i++)
        {
            await AddAsync($"job-{i}");
        }

        var claimed = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => Store.ClaimAsync($"gateway-{i}", Lease, Token))));

        Assert.Equal(["job-0", "job-1", "job-2", "job-3", "job-4"], claimed.OfType<JobEntry>().Select(job => job.Id).Order());
    }

    [Fact]
    public async Task Claim_SilentOwner_PassesToAnotherWhoOnlyMayWrite()
    {
        var job = await AddAsync("job");
        var first = await Store.ClaimAsync("first", Lease, Token);
        Assert.Null(await Store.ClaimAsync("second", Lease, Token));
        clock.Advance(Lease + TimeSpan.FromMilliseconds(1));

        var second = await Store.ClaimAsync("second", Lease, Token);

        Assert.Equal((1, 2), (first!.Attempts, second!.Attempts));
        Assert.False(await Store.ReportAsync(job, "first", Lease, Token));
        Assert.Equal(0, await Store.EndAsync(job with { State = JobState.Succeeded }, "first", Token));
        Assert.True(await Store.ReportAsync(job with { Phase = "recording", Done = 3, Total = 9, Rate = 1.5 }, "second", Lease, Token));
        var read = await Store.GetAsync("job", Token);
        Assert.Equal((JobState.Running, "recording", 3, 9, 1.5), (read.State, read.Phase, read.Done, read.Total, read.Rate));
    }

    [Fact]
    public async Task Report_InTime_KeepsTheJob()
    {
        var job = await AddAsync("job");
        await Store.ClaimAsync("first", Lease, Token);
        clock.Advance(Lease - TimeSpan.FromSeconds(1));

        Assert.True(await Store.ReportAsync(job, "first", Lease, Token));
        clock.Advance(Lease - TimeSpan.FromSeconds(1));

        Assert.Null(await Store.ClaimAsync("second", Lease, Token));
    }

    [Fact]
    public async Task Cancel_RunningJob_StopsItsOwnerAndCanBeResumed()
    {
        var job = await AddAsync("job");
        await Store.ClaimAsync("first", Lease, Token);

        await Store.CancelAsync("job", Token);

        Assert.False(await Store.ReportAsync(job, "first", Lease, Token));
        Assert.Equal(JobState.Cancelled, (await Store.GetAsync("job", Token)).State);
        Assert.Null(await Store.ClaimAsync("second", Lease, Token));
        await Store.ResumeAsync("job", Token);
        Assert.Equal("job", (await Store.ClaimAsync("second", Lease, Token))!.Id);
    }

    [Fact]
    public async Task Shard_StoredTwice_IsThereOnceUnchanged()
    {
        await AddAsync("job");
        byte[] records = [1, 2, 3], tensors = [4];

        await Store.AddShardAsync("job", new("base", 0, records, tensors), Token);
        await Store.AddShardAsync("job", new("base", 0, [9], []), Token);

        Assert.Equal([("base", 0)], await Store.ListShardsAsync("job", Token));
        var shard = await Store.GetShardAsync("job", "base", 0, Token);
        Assert.Equal(records, shard!.Records);
        Assert.Equal(tensors, shard.Tensors);
        Assert.Null(await Store.GetShardAsync("job", "base", 1, Token));
    }

    [Fact]
    public async Task Delete_OnlyWhatHasEnded_TakesItsShards()
    {
        var job = await AddAsync("job");
        await Store.AddShardAsync("job", new("base", 0, [1], []), Token);
        Assert.False(await Store.DeleteAsync("job", Token));
        await Store.ClaimAsync("first", Lease, Token);
        await Store.EndAsync(job with { State = JobState.Succeeded, Result = "{}" }, "first", Token);

        Assert.Equal("{}", (await Store.GetAsync("job", Token)).Result);
        Assert.True(await Store.DeleteAsync("job", Token));

        Assert.Null(await Store.FindAsync("job", Token));
        Assert.Empty(await Store.ListShardsAsync("job", Token));
    }

    [Fact]
    public async Task Add_FullQueue_SaysSo_AndKnownIdsComeBack()
    {
        await AddAsync("a");
        await AddAsync("b");

        var error = await Assert.ThrowsAsync<MeshException>(() => Store.AddAsync(Entry("c"), maxQueued: 2, Token));
        var (known, added) = await Store.AddAsync(Entry("a"), maxQueued: 2, Token);

        Assert.Equal((ErrorKind.ResourceExhausted, "2", "2"), (error.Kind, error.Metadata["limit"], error.Metadata["actual"]));
        Assert.Equal(("a", false), (known.Id, added));
    }

    [Fact]
    public async Task List_NewestFirst_GoesOnBehindATime()
    {
        foreach (var id in new[] { "a", "b", "c" })
        {
            await AddAsync(id);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        var first = await Store.ListAsync(before: null, limit: 2, Token);
        var rest = await Store.ListAsync((first[^1].Created.ToUnixTimeMilliseconds(), first[^1].Id), limit: 2, Token);

        Assert.Equal(["c", "b", "a"], first.Concat(rest).Select(job => job.Id));
    }

    internal abstract Task<GatewayStoreOptions> OptionsAsync();

    internal abstract ValueTask CleanUpAsync();

    private async Task<JobEntry> AddAsync(string id) => (await Store.AddAsync(Entry(id), maxQueued: 100, Token)).Job;

    private JobEntry Entry(string id) => new()
    {
        Id = id,
        Spec = new() { Study = new() { Model = "lm", Rows = { new StudyRow { Text = "a", Label = "x" } } }, Evaluation = new() },
        Created = clock.GetUtcNow(),
        Updated = clock.GetUtcNow(),
    };
}
