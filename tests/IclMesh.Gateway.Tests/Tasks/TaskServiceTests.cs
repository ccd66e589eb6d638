using Google.Rpc;
using Grpc.Core;
using IclMesh.Gateway.V1;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Tasks;

public sealed class TaskServiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateTask_Sound_IsStoredWithVersionAndTimes()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var created = (await mesh.Tasks.CreateTaskAsync(new() { Task = GatewayFixture.Reviews() }, cancellationToken: Token)).Task;

        Assert.Equal(1, created.Version);
        Assert.Equal(created.CreateTime, created.UpdateTime);
        Assert.Equal(created, (await mesh.Tasks.GetTaskAsync(new() { Name = "reviews" }, cancellationToken: Token)).Task);
    }

    [Fact]
    public async Task CreateTask_ManyBrokenFields_NamesThemAll()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var task = GatewayFixture.Reviews("not a name");
        task.Collection = "missing";
        task.Model = "missing";
        task.Template = new() { Input = "no placeholder", Label = " {label}" };
        task.Labels[1].Word = "Negative";
        task.Selection.K = 300;

        var error = await Assert.ThrowsAsync<RpcException>(async () => await mesh.Tasks.CreateTaskAsync(new() { Task = task }, cancellationToken: Token));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal(
            ["name", "labels[1].word", "template.input", "selection.k", "model", "collection"],
            error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations.Select(violation => violation.Field));
    }

    [Theory]
    [InlineData("encoder", "lm", "encoder")]
    [InlineData("model", "encoder", "model")]
    public async Task CreateTask_ModelOfTheWrongKind_NamesTheField(string field, string model, string violated)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var task = GatewayFixture.Reviews();
        if (field == "model")
        {
            task.Model = model;
        }
        else
        {
            task.Encoder = model;
        }

        await RpcAssert.RefusesAsync(violated, async () => await mesh.Tasks.CreateTaskAsync(new() { Task = task }, cancellationToken: Token));
    }

    [Fact]
    public async Task CreateTask_StoredLabelWithoutALabel_IsNamed()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Retrieval.Stored.Add(("d", "middling", "2", 0.1));

        var what = await RpcAssert.RefusesAsync(
            "labels", async () => await mesh.Tasks.CreateTaskAsync(new() { Task = GatewayFixture.Reviews() }, cancellationToken: Token));

        Assert.Contains("'2'", what, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateTask_LabelThatTheCollectionLacks_IsNamed()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var task = GatewayFixture.Reviews();
        task.Labels.Add(new Label { Name = "Neutral" });

        await RpcAssert.RefusesAsync("labels[2].stored_values", async () => await mesh.Tasks.CreateTaskAsync(new() { Task = task }, cancellationToken: Token));
    }

    [Fact]
    public async Task CreateTask_HeadThatTheModelLacks_IsNamed()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var task = GatewayFixture.Reviews();
        task.HeadProfile = new() { Heads = { new Kernel.V1.HeadWeight { Layer = 0, Head = 1, Weight = 1 }, new Kernel.V1.HeadWeight { Layer = 1, Weight = 1 } } };

        await RpcAssert.RefusesAsync("head_profile.heads[1].layer", async () => await mesh.Tasks.CreateTaskAsync(new() { Task = task }, cancellationToken: Token));
    }

    [Fact]
    public async Task CreateTask_WordOfSeveralTokens_WarnsWithTheSplit()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var task = GatewayFixture.Reviews();
        task.Labels[1].Word = "well-made";

        var created = await mesh.Tasks.CreateTaskAsync(new() { Task = task }, cancellationToken: Token);

        var warning = Assert.Single(created.Warnings);
        Assert.Equal("labels[1].word", warning.Field);
        Assert.Equal([" well-", "made"], warning.Tokens);
    }

    [Fact]
    public async Task ValidateTask_Broken_AnswersAndStoresNothing()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var task = GatewayFixture.Reviews();
        task.Model = "missing";

        var found = await mesh.Tasks.ValidateTaskAsync(new() { Task = task }, cancellationToken: Token);

        Assert.Equal("model", Assert.Single(found.Violations).Field);
        Assert.Empty((await mesh.Tasks.ListTasksAsync(new(), cancellationToken: Token)).Tasks);
    }

    [Fact]
    public async Task CreateTask_ServiceDown_SaysWhichLeg()
    {
        await using var mesh = await GatewayFixture.StartAsync(("Mesh:retrieval", "http://127.0.0.1:1"));

        var info = await RpcAssert.FailsAsync(
            StatusCode.Unavailable, ErrorReasons.LegFailed, async () => await mesh.Tasks.CreateTaskAsync(new() { Task = GatewayFixture.Reviews() }, cancellationToken: Token));

        Assert.Equal("store", info.Metadata["leg"]);
    }

    [Fact]
    public async Task UpdateTask_ReadVersion_ReplacesAndCounts()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var task = (await mesh.Tasks.CreateTaskAsync(new() { Task = GatewayFixture.Reviews() }, cancellationToken: Token)).Task;
        task.Description = "changed";

        var updated = (await mesh.Tasks.UpdateTaskAsync(new() { Task = task }, cancellationToken: Token)).Task;

        Assert.Equal(2, updated.Version);
        Assert.Equal(task.CreateTime, updated.CreateTime);
        var info = await RpcAssert.FailsAsync(
            StatusCode.Aborted, ErrorReasons.VersionConflict, async () => await mesh.Tasks.UpdateTaskAsync(new() { Task = task }, cancellationToken: Token));
        Assert.Equal("2", info.Metadata["current_version"]);
    }

    [Fact]
    public async Task ListTasks_Pages_HoldEveryTaskOnce()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        foreach (var name in (string[])["c", "a", "b"])
        {
            await mesh.Tasks.CreateTaskAsync(new() { Task = GatewayFixture.Reviews(name) }, cancellationToken: Token);
        }

        var first = await mesh.Tasks.ListTasksAsync(new() { PageSize = 2 }, cancellationToken: Token);
        var second = await mesh.Tasks.ListTasksAsync(new() { PageSize = 2, PageToken = first.NextPageToken }, cancellationToken: Token);

        Assert.Equal(["a", "b", "c"], first.Tasks.Concat(second.Tasks).Select(task => task.Name));
        Assert.Empty(second.NextPageToken);
        await RpcAssert.RefusesAsync("page_token", async () => await mesh.Tasks.ListTasksAsync(new() { PageToken = "?" }, cancellationToken: Token));
        await RpcAssert.RefusesAsync("page_token", async () => await mesh.Client.ListPredictionsAsync(new() { PageToken = first.NextPageToken }, cancellationToken: Token));
        await RpcAssert.RefusesAsync("page_token", async () => await mesh.Jobs.ListJobsAsync(new() { PageToken = first.NextPageToken }, cancellationToken: Token));
    }

    [Fact]
    public async Task DeleteTask_Twice_IsGoneOnce()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        await mesh.Tasks.CreateTaskAsync(new() { Task = GatewayFixture.Reviews() }, cancellationToken: Token);

        Assert.True((await mesh.Tasks.DeleteTaskAsync(new() { Name = "reviews" }, cancellationToken: Token)).Deleted);
        Assert.False((await mesh.Tasks.DeleteTaskAsync(new() { Name = "reviews" }, cancellationToken: Token)).Deleted);
    }
}
