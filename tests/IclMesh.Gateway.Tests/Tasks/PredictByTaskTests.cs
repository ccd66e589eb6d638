using Grpc.Core;
using IclMesh.Gateway.Tasks;
using IclMesh.Gateway.V1;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Tasks;

public sealed class PredictByTaskTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predict_ByTask_AnswersAsTheInlineRequest()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        await mesh.Tasks.CreateTaskAsync(new() { Task = GatewayFixture.Reviews() }, cancellationToken: Token);

        var answer = await mesh.PredictAsync(new() { Task = "reviews", Input = "gripping" });

        var byTask = mesh.Inference.LastScore;
        await mesh.PredictAsync(GatewayFixture.Request());
        Assert.Equal(mesh.Inference.LastScore, byTask);
        Assert.Equal("Positive", answer.Label);
        Assert.Equal(("reviews", 1), (answer.Task, answer.TaskVersion));
    }

    [Fact]
    public async Task Predict_ByTaskWithFields_FieldsWin()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        await mesh.Tasks.CreateTaskAsync(new() { Task = GatewayFixture.Reviews() }, cancellationToken: Token);

        await mesh.PredictAsync(new() { Task = "reviews", Input = "gripping", Selection = new() { K = 1 }, Template = new() { Instruction = "Judge.", Input = "{text}", Label = ":{label}" } });

        Assert.Equal(1, mesh.Retrieval.LastSearch!.K);
        Assert.Equal([":Negative", ":Positive"], mesh.Inference.LastScore!.Choices);
    }

    [Fact]
    public async Task Predict_MissingTask_IsNotFound()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var info = await RpcAssert.FailsAsync(StatusCode.NotFound, ErrorReasons.ResourceNotFound, () => mesh.PredictAsync(new() { Task = "none", Input = "x" }));

        Assert.Equal("task", info.Metadata["resource"]);
    }

    [Fact]
    public void Override_Lists_AreReplacedAndNotJoined()
    {
        var task = GatewayFixture.Reviews();
        task.ContentFreeInputs.Add("N/A");
        task.Selection.Seed = 5;

        var merged = TaskMapping.Override(
            TaskMapping.ToRequest(task),
            new() { Labels = { new Label { Name = "other" } }, ContentFreeInputs = { "-" }, Selection = new() { K = 7 } });

        Assert.Equal("other", Assert.Single(merged.Labels).Name);
        Assert.Equal(["-"], merged.ContentFreeInputs);
        Assert.Equal((7, 5ul), (merged.Selection.K, merged.Selection.Seed));
        Assert.Equal("lm", merged.Model);
    }
}
