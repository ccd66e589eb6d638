using Grpc.Core;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.Tests.Jobs;

/// <summary>Jobs over gRPC, with a gateway that only stores them.</summary>
public sealed class JobServiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartJob_SameIdAndParameters_IsOneJob()
    {
        await using var gateway = await StartAsync();

        var first = await gateway.Jobs.StartJobAsync(new() { Id = "one", Spec = Spec() }, cancellationToken: Token);
        var second = await gateway.Jobs.StartJobAsync(new() { Id = "one", Spec = Spec() }, cancellationToken: Token);

        Assert.Equal(first.Job, second.Job);
        Assert.Equal((JobState.Queued, 3), (first.Job.State, first.Job.Rows));
        Assert.Single((await gateway.Jobs.ListJobsAsync(new(), cancellationToken: Token)).Jobs);
    }

    [Fact]
    public async Task StartJob_SameIdOtherParameters_NamesThem()
    {
        await using var gateway = await StartAsync();
        await gateway.Jobs.StartJobAsync(new() { Id = "one", Spec = Spec() }, cancellationToken: Token);
        var changed = Spec();
        changed.Study.Seed = 7;
        changed.Study.Rows[1].Label = "Positive";
        changed.Evaluation.Neighbours = 5;

        var error = await Assert.ThrowsAsync<RpcException>(async () => await gateway.Jobs.StartJobAsync(new() { Id = "one", Spec = changed }, cancellationToken: Token));

        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
        Assert.Equal("spec.study.rows,spec.study.seed,spec.evaluation.neighbours", error.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Metadata["fields"]);
    }

    [Fact]
    public async Task StartJob_BrokenSpecification_NamesEveryField()
    {
        await using var gateway = await StartAsync();
        var spec = Spec();
        spec.Study.Model = "";
        spec.Study.Template = new() { Input = "no place for the text", Label = " {label}" };
        spec.Study.Rows[2].Label = "Neutral";
        spec.Study.SelectionRows = 3;
        spec.ClearAnalysis();

        var error = await Assert.ThrowsAsync<RpcException>(async () => await gateway.Jobs.StartJobAsync(new() { Id = "Not an id", Spec = spec }, cancellationToken: Token));

        string[] fields = [.. error.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(violation => violation.Field)];
        Assert.Equal(
            ["id", "spec.study.model", "spec.study.template.input", "spec.study.selection_rows", "spec.study.rows[2].label", "spec.analysis"], fields);
    }

    [Fact]
    public async Task StartJob_UnknownRewriting_NamesThoseThatExist()
    {
        await using var gateway = await StartAsync();
        var spec = Spec();
        spec.Attention = new() { Rewritings = { "typos", "by_a_chat_model" } };

        var error = await Assert.ThrowsAsync<RpcException>(async () => await gateway.Jobs.StartJobAsync(new() { Spec = spec }, cancellationToken: Token));
        Assert.Contains("spec.attention.rewritings[1]", error.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("typos, rare_words, clauses", error.Status.Detail, StringComparison.Ordinal);

        foreach (var row in spec.Study.Rows)
        {
            row.Rewritings["by_a_chat_model"] = $"one might say: {row.Text}";
        }

        await gateway.Jobs.StartJobAsync(new() { Spec = spec }, cancellationToken: Token);
    }

    [Theory]
    [InlineData("/../../x")]
    [InlineData("a.b")]
    [InlineData("a\0")]
    [InlineData("")]
    [InlineData("a\n")]
    public async Task StartJob_RewritingThatIsNoName_IsRefusedWhereItEnters(string name)
    {
        await using var gateway = await StartAsync();
        var spec = Spec();
        spec.Attention = new() { Rewritings = { name } };
        foreach (var row in spec.Study.Rows)
        {
            row.Rewritings[name] = "text";
        }

        var error = await Assert.ThrowsAsync<RpcException>(async () => await gateway.Jobs.StartJobAsync(new() { Spec = spec }, cancellationToken: Token));

        string[] fields = [.. error.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(violation => violation.Field)];
        Assert.Contains("spec.attention.rewritings[0]", fields);
        Assert.Contains($"spec.study.rows[0].rewritings[\"{name}\"]", fields);
    }

    [Fact]
    public async Task Job_BeforeItsEnd_HasNoResultAndCannotBeDeleted()
    {
        await using var gateway = await StartAsync();
        await gateway.Jobs.StartJobAsync(new() { Id = "one", Spec = Spec() }, cancellationToken: Token);

        var noResult = await Assert.ThrowsAsync<RpcException>(async () => await gateway.Jobs.GetJobResultAsync(new() { Id = "one" }, cancellationToken: Token));
        var noDelete = await Assert.ThrowsAsync<RpcException>(async () => await gateway.Jobs.DeleteJobAsync(new() { Id = "one" }, cancellationToken: Token));
        var unknown = await Assert.ThrowsAsync<RpcException>(async () => await gateway.Jobs.GetJobAsync(new() { Id = "two" }, cancellationToken: Token));

        Assert.Equal(
            (StatusCode.FailedPrecondition, StatusCode.FailedPrecondition, StatusCode.NotFound), (noResult.StatusCode, noDelete.StatusCode, unknown.StatusCode));
    }

    [Fact]
    public async Task WatchJob_CancelledJob_EndsTheStream()
    {
        await using var gateway = await StartAsync();
        await gateway.Jobs.StartJobAsync(new() { Id = "one", Spec = Spec() }, cancellationToken: Token);
        using var watch = gateway.Jobs.WatchJob(new() { Id = "one" }, cancellationToken: Token);
        Assert.True(await watch.ResponseStream.MoveNext(Token));

        await gateway.Jobs.CancelJobAsync(new() { Id = "one" }, cancellationToken: Token);

        var states = new List<JobState> { watch.ResponseStream.Current.Job.State };
        await foreach (var message in watch.ResponseStream.ReadAllAsync(Token))
        {
            states.Add(message.Job.State);
        }

        Assert.Equal([JobState.Queued, JobState.Cancelled], states);
        Assert.True((await gateway.Jobs.DeleteJobAsync(new() { Id = "one" }, cancellationToken: Token)).Deleted);
        Assert.False((await gateway.Jobs.DeleteJobAsync(new() { Id = "one" }, cancellationToken: Token)).Deleted);
    }

    [Fact]
    public async Task Job_ServiceGone_FailsNamingTheRowAndCanBeResumed()
    {
        await using var gateway = await GatewayFixture.StartAsync(
            ("Gateway:Jobs:PollInterval", "00:00:00.010"), ("Gateway:Jobs:Retries", "1"), ("Gateway:Jobs:RetryDelay", "00:00:00.001"), ("Mesh:retrieval", "http://127.0.0.1:1"));
        await gateway.Jobs.StartJobAsync(new() { Id = "one", Spec = Spec() }, cancellationToken: Token);

        var failed = await EndAsync(gateway);
        Assert.Equal(JobState.Failed, failed.State);
        Assert.Matches("^base, row [0-2]: search", failed.Error.Message);

        await gateway.Jobs.ResumeJobAsync(new() { Id = "one" }, cancellationToken: Token);
        Assert.Equal(2, (await EndAsync(gateway)).Attempts);
    }

    private static async Task<Job> EndAsync(GatewayFixture gateway)
    {
        using var watch = gateway.Jobs.WatchJob(new() { Id = "one" }, cancellationToken: Token);
        Job last = new();
        await foreach (var message in watch.ResponseStream.ReadAllAsync(Token))
        {
            last = message.Job;
        }

        return last;
    }

    private static Task<GatewayFixture> StartAsync() =>
        GatewayFixture.StartAsync(("Gateway:Jobs:MaxRunning", "0"), ("Gateway:Jobs:PollInterval", "00:00:00.010"));

    private static JobSpec Spec() => new()
    {
        Study = new()
        {
            Model = "lm",
            Encoder = "encoder",
            Collection = "reviews",
            Labels = { new Label { Name = "Negative", StoredValues = { "0" } }, new Label { Name = "Positive", StoredValues = { "1" } } },
            Rows =
            {
                new StudyRow { Text = "gripping", Label = "Positive" },
                new StudyRow { Text = "dull", Label = "Negative" },
                new StudyRow { Text = "fine", Label = "Positive" },
            },
            K = 2,
            Seed = 1,
        },
        Evaluation = new(),
    };
}
