using IclMesh.Gateway.Jobs;
using IclMesh.Gateway.Storage;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Tests.Jobs;

/// <summary>What the store of jobs promises, whichever database holds it.</summary>
public abstract class JobStoreConformance : IAsyncLifetime
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>Over before the next statement.</summary>
    private static readonly TimeSpan Over = TimeSpan.FromSeconds(-1);
    private static readonly JobProgressReport Begun = new("recording", 3, 9, 1.5);
    private static readonly JobEnd Success = new(JobState.Succeeded, Begun, "{}");

    private GatewayDatabase? database;

    private JobStore Store => new(database!);

    private ShardStore Shards => new(database!);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => database = GatewayDatabase.Open(await OptionsAsync());

    public async ValueTask DisposeAsync()
    {
        await database!.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Claim_ManyGatewaysAtOnce_EveryJobHasOneAttempt()
    {
        for (var i = 0; i < 5; i++)
        {
            await AddAsync($"job-{i}");
        }

        var claimed = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Store.ClaimAsync(Lease, Token))));

        Assert.Equal(["job-0", "job-1", "job-2", "job-3", "job-4"], claimed.OfType<ClaimedJob>().Select(job => job.Id).Order());
    }

    [Fact]
    public async Task Claim_SilentHolder_PassesToAnotherWhoOnlyMayWrite()
    {
        await AddAsync("job");
        var first = (await Store.ClaimAsync(Over, Token))!.Attempt;

        var second = (await Store.ClaimAsync(Lease, Token))!.Attempt;

        Assert.Equal((1, 2), (first.Number, second.Number));
        Assert.False(await Store.RenewAsync(first, Begun, Lease, Token));
        Assert.False(await Store.EndAsync(first, Success, redacted: null, Token));
        Assert.False(await Store.ReleaseAsync(first, Begun, Token));
        await Assert.ThrowsAsync<LeaseLostException>(() => Shards.AddAsync(first, new("base", 0, [1], []), Token));
        Assert.Empty(await Shards.ListAsync(first.Incarnation, Token));
        Assert.True(await Store.RenewAsync(second, Begun, Lease, Token));
        var read = await Store.GetAsync("job", Token);
        Assert.Equal((JobState.Running, Begun), (read.State, read.Progress));
    }

    [Fact]
    public async Task Renew_InTime_KeepsTheJob()
    {
        await AddAsync("job");
        var first = (await Store.ClaimAsync(Over, Token))!.Attempt;

        Assert.True(await Store.RenewAsync(first, Begun, Lease, Token));

        Assert.Null(await Store.ClaimAsync(Lease, Token));
    }

    [Fact]
    public async Task Cancel_RunningJob_StaysCancelledWhateverItsHolderWrites()
    {
        await AddAsync("job");
        var first = (await Store.ClaimAsync(Lease, Token))!.Attempt;

        Assert.True(await Store.CancelAsync("job", Token));

        Assert.False(await Store.RenewAsync(first, Begun, Lease, Token));
        Assert.False(await Store.ReleaseAsync(first, Begun, Token));
        Assert.False(await Store.EndAsync(first, Success, redacted: null, Token));
        await Assert.ThrowsAsync<LeaseLostException>(() => Shards.AddAsync(first, new("base", 0, [1], []), Token));
        Assert.Equal(JobState.Cancelled, (await Store.GetAsync("job", Token)).State);
        Assert.Null(await Store.ClaimAsync(Lease, Token));
        Assert.True(await Store.ResumeAsync("job", Token));
        Assert.Equal(2, (await Store.ClaimAsync(Lease, Token))!.Attempt.Number);
        Assert.False(await Store.EndAsync(first, Success, redacted: null, Token));
    }

    [Fact]
    public async Task Delete_StartedAgainUnderTheSameId_BeginsWithNothing()
    {
        await AddAsync("job");
        var first = (await Store.ClaimAsync(Lease, Token))!.Attempt;
        await Shards.AddAsync(first, new("base", 0, [1], []), Token);
        await Store.CancelAsync("job", Token);
        Assert.True(await Store.DeleteAsync("job", Token));

        await AddAsync("job");
        var second = (await Store.ClaimAsync(Lease, Token))!.Attempt;

        // The number alone would not tell the two apart.
        Assert.Equal(first.Number, second.Number);
        await Assert.ThrowsAsync<LeaseLostException>(() => Shards.AddAsync(first, new("base", 1, [1], []), Token));
        Assert.False(await Store.EndAsync(first, Success, redacted: null, Token));
        Assert.Empty(await Shards.ListAsync(second.Incarnation, Token));
        Assert.Empty(await Shards.ListAsync(first.Incarnation, Token));
        Assert.Equal(JobState.Running, (await Store.GetAsync("job", Token)).State);
    }

    [Fact]
    public async Task Shard_StoredTwice_IsThereOnce()
    {
        await AddAsync("job");
        var attempt = (await Store.ClaimAsync(Lease, Token))!.Attempt;
        byte[] records = [1, 2, 3], tensors = [4];

        await Shards.AddAsync(attempt, new("base", 0, records, tensors), Token);
        await Shards.AddAsync(attempt, new("base", 0, records, tensors), Token);

        Assert.Equal([("base", 0)], await Shards.ListAsync(attempt.Incarnation, Token));
        var shard = await Shards.FindAsync(attempt.Incarnation, "base", 0, Token);
        Assert.Equal(records, shard!.Records);
        Assert.Equal(tensors, shard.Tensors);
        Assert.Null(await Shards.FindAsync(attempt.Incarnation, "base", 1, Token));
    }

    [Fact]
    public async Task Delete_OnlyWhatHasEnded_TakesAllThatBelongsToIt()
    {
        await AddAsync("job");
        Assert.False(await Store.DeleteAsync("job", Token));
        var attempt = (await Store.ClaimAsync(Lease, Token))!.Attempt;
        await Shards.AddAsync(attempt, new("base", 0, [1], []), Token);
        Assert.False(await Store.DeleteAsync("job", Token));
        await Store.EndAsync(attempt, Success, redacted: null, Token);

        Assert.Equal("{}", await Store.FindResultAsync(attempt.Incarnation, Token));
        Assert.True(await Store.DeleteAsync("job", Token));

        Assert.Null(await Store.FindAsync("job", Token));
        Assert.Null(await Store.FindResultAsync(attempt.Incarnation, Token));
        Assert.Empty(await Shards.ListAsync(attempt.Incarnation, Token));
    }

    [Fact]
    public async Task End_Redacted_KeepsNoTextAndNoRecordButTellsSpecificationsApart()
    {
        var (job, _) = await Store.AddAsync("job", Spec("secret"), maxQueued: 100, Token);
        var claimed = (await Store.ClaimAsync(Lease, Token))!;
        await Shards.AddAsync(claimed.Attempt, new("base", 0, [1], []), Token);
        Assert.Equal("secret", claimed.Spec.Study.Rows[0].Text);

        await Store.EndAsync(claimed.Attempt, Success, JobRows.Redact(claimed.Spec), Token);

        var read = await Store.GetAsync("job", Token);
        Assert.Equal((JobState.Succeeded, true, 1), (read.State, read.Redacted, read.Rows));
        Assert.Empty(await Shards.ListAsync(job.Incarnation, Token));
        Assert.Equal(JobRows.Hash(Spec("secret")), read.RowsHash);
        Assert.NotEqual(JobRows.Hash(Spec("other")), read.RowsHash);
        Assert.DoesNotContain("secret", await StoredSpecAsync(job.Incarnation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expire_OnlyJobsThatEndedLongAgo()
    {
        foreach (var id in new[] { "ended", "waits" })
        {
            await AddAsync(id);
        }

        await Store.EndAsync((await Store.ClaimAsync(Lease, Token))!.Attempt, Success, redacted: null, Token);

        Assert.Equal(0, await Store.ExpireAsync(TimeSpan.FromHours(1), Token));
        Assert.Equal(1, await Store.ExpireAsync(Over, Token));
        Assert.Equal(["waits"], (await Store.ListAsync(before: null, limit: 10, Token)).Select(job => job.Id));
    }

    [Fact]
    public async Task Add_FullQueue_SaysSo_AndKnownIdsComeBack()
    {
        await AddAsync("a");
        await AddAsync("b");

        var error = await Assert.ThrowsAsync<MeshException>(() => Store.AddAsync("c", Spec("a"), maxQueued: 2, Token));
        var (known, added) = await Store.AddAsync("a", Spec("a"), maxQueued: 2, Token);

        Assert.Equal((ErrorKind.ResourceExhausted, "2", "2"), (error.Kind, error.Metadata["limit"], error.Metadata["actual"]));
        Assert.Equal(("a", false), (known.Id, added));
    }

    [Fact]
    public async Task List_NewestFirst_GoesOnBehindATime()
    {
        foreach (var id in new[] { "a", "b", "c" })
        {
            await AddAsync(id);
            await Task.Delay(2, Token);
        }

        var first = await Store.ListAsync(before: null, limit: 2, Token);
        var rest = await Store.ListAsync((first[^1].Created.ToUnixTimeMilliseconds(), first[^1].Id), limit: 2, Token);

        Assert.Equal(["c", "b", "a"], first.Concat(rest).Select(job => job.Id));
    }

    [Fact]
    public async Task List_JobsOfManyRows_ReadsWhatItShows()
    {
        var large = Spec("row");
        large.Study.Rows.AddRange(Enumerable.Range(0, 200).Select(i => new StudyRow { Text = new string('x', 20_000), Label = "x" }));
        for (var i = 0; i < 5; i++)
        {
            await Store.AddAsync($"job-{i}", large, maxQueued: 100, Token);
        }

        await Store.ListAsync(before: null, limit: 10, Token);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var listed = await Store.ListAsync(before: null, limit: 10, Token);

        // Five specifications of 4 MB each.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 2_000_000);
        Assert.All(listed, job => Assert.Equal((201, 0), (job.Rows, job.Header.Study.Rows.Count)));
    }

    [Theory]
    [InlineData(1, 25)]
    [InlineData(2, 25)]
    public async Task Interleavings_OfTwoGatewaysAndTheirCallers_NeverLeaveTheModel(int seed, int length)
    {
        var schedules = int.TryParse(Environment.GetEnvironmentVariable("ICLMESH_SCHEDULES"), out var asked) ? asked : 500;
        var model = new JobInterleavings(database!);

        for (var schedule = 0; schedule < schedules; schedule++)
        {
            await model.RunAsync((seed * 1_000_003) + schedule, length, Token);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{schedules} schedules, {model.Steps} steps, states seen: {string.Join(", ", model.Seen.Order())}");
        Assert.Equal(JobInterleavings.AllTransitions, model.Seen.Count);
    }

    [Fact]
    public async Task Interleavings_AtTheSameTime_NeverTakeForeignShardsAndNeverUndoACancellation() =>
        await new JobRace(database!).RunAsync(TimeSpan.FromSeconds(3), Token);

    internal abstract Task<GatewayStoreOptions> OptionsAsync();

    internal abstract ValueTask CleanUpAsync();

    private async Task AddAsync(string id) => await Store.AddAsync(id, Spec("a"), maxQueued: 100, Token);

    private Task<string> StoredSpecAsync(string incarnation) => database!.RunAsync(
        async connection => (await connection.Command("SELECT spec FROM job_documents WHERE incarnation = @incarnation", ("@incarnation", incarnation))
            .FirstAsync(row => System.Text.Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)), Token))!,
        Token);

    private static JobSpec Spec(string text) =>
        new() { Study = new() { Model = "lm", Rows = { new StudyRow { Text = text, Label = "x" } } }, Evaluation = new() };
}
