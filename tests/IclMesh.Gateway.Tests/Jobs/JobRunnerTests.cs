using Grpc.Core;
using IclMesh.Gateway.Storage;
using IclMesh.Gateway.Tests.Fakes;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Tests.Jobs;

/// <summary>A gateway that runs jobs while its store breaks, jobs are cancelled, and callers use their ids again.</summary>
public sealed class JobRunnerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_StoreBreaksLongerThanTheLease_StopsTheWorkAndGoesOnWhenItIsBack()
    {
        await using var gateway = await StartAsync();
        var stopped = new TaskCompletionSource();
        var block = true;
        gateway.Inference.OnScore = async (request, context) =>
        {
            if (Volatile.Read(ref block))
            {
                using var left = context.CancellationToken.Register(stopped.SetResult);
                await stopped.Task;
            }

            return FakeInference.Answer(request);
        };
        await gateway.Jobs.StartJobAsync(new() { Id = "one", Spec = Spec() }, cancellationToken: Token);
        await UntilAsync(() => !gateway.Inference.Scores.IsEmpty);

        await RenameAsync(gateway, "jobs", "jobs_away");
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Volatile.Write(ref block, false);
        await RenameAsync(gateway, "jobs_away", "jobs");

        var job = await EndAsync(gateway, "one");
        Assert.Equal((JobState.Succeeded, 2), (job.State, job.Attempts));
    }

    [Fact]
    public async Task Cancel_WhileItRuns_StopsTheWorkAndStays()
    {
        await using var gateway = await StartAsync();
        var stopped = new TaskCompletionSource();
        gateway.Inference.OnScore = async (request, context) =>
        {
            using var left = context.CancellationToken.Register(() => stopped.TrySetResult());
            await stopped.Task;
            return FakeInference.Answer(request);
        };
        await gateway.Jobs.StartJobAsync(new() { Id = "one", Spec = Spec() }, cancellationToken: Token);
        await UntilAsync(() => !gateway.Inference.Scores.IsEmpty);

        await gateway.Jobs.CancelJobAsync(new() { Id = "one" }, cancellationToken: Token);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);

        for (var look = 0; look < 20; look++)
        {
            Assert.Equal(JobState.Cancelled, (await gateway.Jobs.GetJobAsync(new() { Id = "one" }, cancellationToken: Token)).Job.State);
            await Task.Delay(10, Token);
        }

        // Nothing of the first is left for another job of the same id.
        await gateway.Jobs.DeleteJobAsync(new() { Id = "one" }, cancellationToken: Token);
        gateway.Inference.OnScore = (request, _) => Task.FromResult(FakeInference.Answer(request));
        await gateway.Jobs.StartJobAsync(new() { Id = "one", Spec = Spec() }, cancellationToken: Token);
        Assert.Equal((JobState.Succeeded, 1), (await EndAsync(gateway, "one")) is var job ? (job.State, job.Attempts) : default);
    }

    [Fact]
    public async Task End_WithRedaction_LeavesNoTextInTheStore()
    {
        await using var gateway = await StartAsync(("Gateway:Predictions:Redaction", "texts"));
        await gateway.Jobs.StartJobAsync(new() { Id = "one", Spec = Spec() }, cancellationToken: Token);
        await EndAsync(gateway, "one");

        Assert.NotEmpty((await gateway.Jobs.GetJobResultAsync(new() { Id = "one" }, cancellationToken: Token)).Result.Fields);
        Assert.Equal(JobState.Succeeded, (await gateway.Jobs.StartJobAsync(new() { Id = "one", Spec = Spec() }, cancellationToken: Token)).Job.State);
        var other = Spec();
        other.Study.Rows[0].Text = "another text";
        var error = await Assert.ThrowsAsync<RpcException>(async () => await gateway.Jobs.StartJobAsync(new() { Id = "one", Spec = other }, cancellationToken: Token));
        Assert.Contains("spec.study.rows", error.Status.Detail, StringComparison.Ordinal);
        await using var database = GatewayDatabase.Open(new() { Folder = gateway.Folder });
        Assert.Equal(0, await database.RunAsync(
            connection => connection.Command("SELECT count(*) FROM job_documents WHERE instr(spec, CAST('gripping' AS BLOB)) > 0").FirstAsync(row => row.GetInt64(0), Token), Token));
    }

    private static Task<GatewayFixture> StartAsync(params (string Key, string Value)[] settings) => GatewayFixture.StartAsync(
    [
        ("Gateway:Jobs:PollInterval", "00:00:00.010"), ("Gateway:Jobs:Lease", "00:00:01"), ("Gateway:Jobs:Retries", "0"), ("Gateway:Jobs:Concurrency", "1"), .. settings,
    ]);

    private static async Task RenameAsync(GatewayFixture gateway, string from, string to)
    {
        await using var database = GatewayDatabase.Open(new() { Folder = gateway.Folder });
        await database.RunAsync(connection => connection.Command($"ALTER TABLE {from} RENAME TO {to}").RunAsync(Token), Token);
    }

    private static async Task<Job> EndAsync(GatewayFixture gateway, string id)
    {
        Job job = new();
        await UntilAsync(async () =>
        {
            job = (await gateway.Jobs.GetJobAsync(new() { Id = id }, cancellationToken: Token)).Job;
            return job.State is JobState.Succeeded or JobState.Failed;
        });
        Assert.Null(job.Error);
        return job;
    }

    private static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    private static JobSpec Spec()
    {
        var request = GatewayFixture.Request();
        return new()
        {
            Study = new()
            {
                Model = request.Model,
                Encoder = request.Encoder,
                Collection = request.Collection,
                Labels = { request.Labels },
                Rows =
                {
                    new StudyRow { Text = "gripping", Label = "Positive" },
                    new StudyRow { Text = "dull", Label = "Negative" },
                    new StudyRow { Text = "fine", Label = "Positive" },
                    new StudyRow { Text = "flat", Label = "Negative" },
                },
                K = 2,
                Seed = 1,
            },
            Practice = new() { DemonstrationCounts = { 1 } },
        };
    }
}
