using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;
using IclMesh.Testing;

namespace IclMesh.Gateway.Tests.Predict;

public sealed class PredictTests
{
    [Fact]
    public async Task Predict_SoundRequest_PutsTheReceiptTogether()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var answer = await mesh.Client.PredictAsync(GatewayFixture.Request(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("Positive", answer.Label);
        Assert.Equal(1, answer.Probabilities.Sum(p => p.Probability), 12);
        Assert.Equal(["b", "c"], answer.Demonstrations.Select(d => d.Id));
        Assert.All(answer.Demonstrations, d => Assert.Equal("Positive", d.Label));
        Assert.Equal(["embed", "search", "score", "explain", "total"], answer.Timings.Select(t => t.Leg));
        Assert.Equal(7, answer.CollectionVersion);
        Assert.Equal(8, answer.Usage.CachedTokens);
        Assert.True(answer.ExactSearch);
        Assert.Equal([PredictionFlag.WeakExplanation], answer.Flags);
    }

    [Fact]
    public async Task Predict_NoTemplate_WritesThePromptOfThePaper()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        await mesh.Client.PredictAsync(GatewayFixture.Request(), cancellationToken: TestContext.Current.CancellationToken);

        var prompt = string.Concat(mesh.Inference.LastScore!.Segments.Select(s => s.Text));
        Assert.Equal("Input: a joy to watch\nOutput: Positive\n\nInput: moving and funny\nOutput: Positive\n\nInput: gripping\nOutput:", prompt);
        Assert.Equal([" Negative", " Positive"], mesh.Inference.LastScore.Choices);
    }

    [Fact]
    public async Task Predict_ModelStatesItsFormat_UsesIt()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.Capabilities.PromptFormat = new() { Instruction = "Judge.", Input = "[IN] {text} [OUT]", Label = " {label}", Separator = " [NL] " };

        await mesh.Client.PredictAsync(GatewayFixture.Request(k: 1), cancellationToken: TestContext.Current.CancellationToken);

        var prompt = string.Concat(mesh.Inference.LastScore!.Segments.Select(s => s.Text));
        Assert.Equal("Judge.[IN] moving and funny [OUT] Positive [NL] [IN] gripping [OUT]", prompt);
    }

    [Fact]
    public async Task Predict_ModelCardNamesKernelHeads_ExplainsWithThem()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.Capabilities.KernelHeads = new()
        {
            Heads = { new HeadWeight { Layer = 0, Head = 1, Weight = 1 } },
            Pooling = AttentionPooling.Tail,
            Agreement = 0.9,
            NullAgreement = 0.5,
            Prompts = 300,
        };

        var answer = await mesh.Client.PredictAsync(GatewayFixture.Request(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([AttentionPooling.Tail], mesh.Inference.LastScore!.Attention.Poolings);
        Assert.Equal(1, Assert.Single(mesh.Kernel.Last!.Profile.Heads).Head);
        Assert.Equal(0.9, mesh.Kernel.Last.Profile.Faithfulness.Agreement);
        Assert.Empty(answer.Flags);
    }

    [Fact]
    public async Task Predict_WithoutExplanation_CallsNoKernelAndCapturesNothing()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.Explanation = ExplanationLevel.None;

        var answer = await mesh.Client.PredictAsync(request, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Null(mesh.Kernel.Last);
        Assert.Null(mesh.Inference.LastScore!.Attention);
        Assert.False(answer.Demonstrations[0].HasWeight);
    }

    [Fact]
    public async Task Predict_DemonstrationDropped_NamesItAndExplainsTheRest()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.OnScore = (request, _) =>
        {
            foreach (var dropped in request.Segments.Where(s => s.DemonstrationId == "b").ToList())
            {
                request.Segments.Remove(dropped);
            }

            var answer = Fakes.FakeInference.Answer(request);
            answer.DroppedDemonstrationIds.Add("b");
            return Task.FromResult(answer);
        };

        var answer = await mesh.Client.PredictAsync(GatewayFixture.Request(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["b"], answer.DroppedDemonstrationIds);
        Assert.Equal("c", Assert.Single(answer.Demonstrations).Id);
        Assert.Equal([1], mesh.Kernel.Last!.Labels);
        Assert.Contains(PredictionFlag.DemonstrationsDropped, answer.Flags);
    }

    [Fact]
    public async Task Predict_SameModelTwice_AsksForItsRecordOnce()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        await mesh.Client.PredictAsync(GatewayFixture.Request(), cancellationToken: TestContext.Current.CancellationToken);
        await mesh.Client.PredictAsync(GatewayFixture.Request(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, mesh.Inference.GetModelCalls);
    }

    [Fact]
    public async Task Predict_Selection_ReachesTheStore()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.Selection = new() { K = 1, Strategy = SelectionStrategy.Random, Seed = 5, LeakGuard = new() { ExcludedIds = { "z" } } };

        await mesh.Client.PredictAsync(request, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(SelectionStrategy.Random, mesh.Retrieval.LastSearch!.Strategy);
        Assert.Equal(5ul, mesh.Retrieval.LastSearch.Seed);
        Assert.Equal("2", mesh.Retrieval.LastSearch.EmbeddingModelVersion);
        Assert.Equal(["z"], mesh.Retrieval.LastSearch.LeakGuard.ExcludedIds);
    }

    [Fact]
    public async Task Predict_OneTrace_HoldsAllLegs()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        using var recorder = new SpanRecorder();

        var answer = await mesh.Client.PredictAsync(GatewayFixture.Request(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(recorder.Root.TraceId.ToHexString(), answer.TraceId);
        var workflow = Assert.Single(recorder.Spans, span => span.OperationName == "invoke_workflow predict");
        Assert.Equal(["b", "c"], Assert.IsType<string[]>(workflow.GetTagItem("iclmesh.demo.ids")));
        Assert.Equal(8, workflow.GetTagItem("iclmesh.cache.hit_tokens"));
        Assert.DoesNotContain(recorder.Spans, span => span.TagObjects.Any(tag => tag.Value is string text && text.Contains("gripping", StringComparison.Ordinal)));
    }
}
