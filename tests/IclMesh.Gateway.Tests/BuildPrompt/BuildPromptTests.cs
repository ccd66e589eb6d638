using Grpc.Core;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.BuildPrompt;

public sealed class BuildPromptTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BuildPrompt_Completion_IsThePromptThatPredictScores()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var built = await BuildAsync(mesh, Request());
        await mesh.PredictAsync(GatewayFixture.Request());

        Assert.Equal(string.Concat(mesh.Inference.LastScore!.Segments.Select(s => s.Text)), built.Prompt);
        Assert.Equal(["b", "c"], built.Demonstrations.Select(d => d.Id));
        Assert.Empty(built.Messages);
        Assert.Empty(built.Dropped);
    }

    [Fact]
    public async Task BuildPrompt_Pieces_CoverEveryTokenOnce()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var built = await BuildAsync(mesh, Request(k: 3));

        Assert.Equal(built.TokenCount, built.Pieces.Sum(piece => piece.TokenCount));
        Assert.Equal(built.Pieces.Select(piece => piece.TokenStart), built.Pieces.Select((_, i) => built.Pieces.Take(i).Sum(piece => piece.TokenCount)));
        Assert.Equal(SegmentKind.Query, built.Pieces[^1].Kind);
        Assert.All(built.Demonstrations, d => Assert.Equal(d.TokenCount, built.Pieces.Where(piece => piece.DemonstrationId == d.Id).Sum(piece => piece.TokenCount)));
    }

    [Theory]
    [InlineData(PromptForm.Completion)]
    [InlineData(PromptForm.Chat)]
    public async Task BuildPrompt_EveryBudget_HoldsAsManyAsFitAndSaysWhatNot(PromptForm form)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var costs = new List<int>();
        for (var k = 1; k <= 3; k++)
        {
            costs.Add((await BuildAsync(mesh, Request(k, form))).TokenCount);
        }

        for (var budget = costs[0]; budget <= costs[2]; budget++)
        {
            var request = Request(k: 3, form);
            request.MaxPromptTokens = budget;

            var built = await BuildAsync(mesh, request);

            Assert.Equal(costs.Count(cost => cost <= budget), built.Demonstrations.Count);
            Assert.True(built.TokenCount <= budget);
            Assert.Equal(((string[])["a", "b", "c"])[..^built.Demonstrations.Count], built.Dropped.Select(d => d.Id));
            Assert.All(built.Dropped, d => Assert.Contains("budget", d.Reason, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task BuildPrompt_QueryAloneTooLong_NamesLimitAndActual()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = Request();
        request.MaxPromptTokens = 1;

        var info = await RpcAssert.FailsAsync(StatusCode.InvalidArgument, ErrorReasons.ContextTooLong, () => BuildAsync(mesh, request));

        Assert.Equal("1", info.Metadata["limit"]);
    }

    [Fact]
    public async Task BuildPrompt_Chat_GivesEachPartyItsPart()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = Request(k: 1, PromptForm.Chat);
        request.Template = new() { Instruction = "Judge the film.\n", Input = "Input: {text}\nOutput:", Label = " {label}", Separator = "\n\n" };
        request.TokensPerMessage = 4;

        var built = await BuildAsync(mesh, request);

        Assert.Equal(["system", "user", "assistant", "user"], built.Messages.Select(message => message.Role));
        Assert.Equal(["Judge the film.", "Input: moving and funny\nOutput:", "Positive", "Input: gripping\nOutput:"], built.Messages.Select(message => message.Content));
        Assert.Equal(3 + 5 + 1 + 3 + (4 * 4), built.TokenCount);
        Assert.Empty(built.Prompt);
    }

    [Fact]
    public async Task BuildPrompt_WithoutLabels_UsesTheStoredOnes()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = Request(k: 3);
        request.Labels.Clear();

        var built = await BuildAsync(mesh, request);

        Assert.Equal(["0", "1", "1"], built.Demonstrations.Select(d => d.Word));
    }

    [Fact]
    public async Task BuildPrompt_ByTask_TakesWhatTheTaskGives()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        await mesh.Tasks.CreateTaskAsync(new() { Task = GatewayFixture.Reviews() }, cancellationToken: Token);

        var built = await BuildAsync(mesh, new() { Task = "reviews", Input = "gripping" });

        Assert.Equal((await BuildAsync(mesh, Request())).Prompt, built.Prompt);
    }

    [Fact]
    public async Task BuildPrompt_NothingGiven_NamesEveryField()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => BuildAsync(mesh, new() { TokensPerMessage = -1 }));

        Assert.Equal(
            ["input", "collection", "encoder", "tokenizer", "tokens_per_message"],
            error.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(violation => violation.Field));
    }

    private static BuildPromptRequest Request(int k = 2, PromptForm form = PromptForm.Completion)
    {
        var predict = GatewayFixture.Request(k);
        return new()
        {
            Collection = predict.Collection,
            Input = predict.Input,
            Encoder = predict.Encoder,
            Tokenizer = predict.Model,
            Labels = { predict.Labels },
            Selection = predict.Selection,
            Form = form,
        };
    }

    private static async Task<BuildPromptResponse> BuildAsync(GatewayFixture mesh, BuildPromptRequest request) =>
        await mesh.Client.BuildPromptAsync(request, cancellationToken: Token);
}
