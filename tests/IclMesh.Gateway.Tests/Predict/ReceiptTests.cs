using IclMesh.Gateway.Tests.Fakes;
using IclMesh.Gateway.V1;
using IclMesh.Inference.V1;
using IclMesh.Retrieval.V1;
using HeadWeight = IclMesh.Inference.V1.HeadWeight;

namespace IclMesh.Gateway.Tests.Predict;

/// <summary>Every field of the receipt, with values of which no two are alike: an index or a field that is swapped shows.</summary>
public sealed class ReceiptTests
{
    private const string Prompt =
        "Input: dull and slow\nOutput: Negative\n\nInput: a joy to watch\nOutput: Positive\n\nInput: moving and funny\nOutput: Positive\n\nInput: gripping\nOutput:";

    [Fact]
    public async Task Demonstrations_InThePrompt_SayWhatTheyAreWhereTheyStandAndWhatTheyWeigh()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        var answer = await mesh.PredictAsync(GatewayFixture.Request(k: 3));

        Assert.Equal(Prompt, string.Concat(mesh.Inference.LastScore!.Segments.Select(segment => segment.Text)));
        Assert.Equal(
            [("a", "dull and slow", "Negative", 0.3, "near a"), ("b", "a joy to watch", "Positive", 0.6, "near b"), ("c", "moving and funny", "Positive", 0.9, "near c")],
            answer.Demonstrations.Select(d => (d.Id, d.Text, d.Label, d.Similarity, d.Reason)));
        // Weights 1 : 2 : 3 by attention and 3 : 2 : 1 by similarity; a contribution is w (y - 1/2).
        AssertClose([1 / 6.0, 2 / 6.0, 3 / 6.0], answer.Demonstrations.Select(d => d.Weight));
        AssertClose([3 / 6.0, 2 / 6.0, 1 / 6.0], answer.Demonstrations.Select(d => d.SimilarityWeight));
        AssertClose([-1 / 12.0, 2 / 12.0, 3 / 12.0], answer.Demonstrations.Select(d => d.Contribution));
        AssertClose([-1 / 24.0, 2 / 12.0, 3 / 12.0], answer.Demonstrations.Select(d => d.RemovalEffect));
    }

    [Fact]
    public async Task Demonstrations_SpansInAnyOrder_StandForInputLabelAndSeparatorTogether()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.OnScore = (request, _) =>
        {
            var answer = FakeInference.Answer(request);
            var spans = answer.Spans.Reverse().ToList();
            answer.Spans.Clear();
            answer.Spans.AddRange(spans);
            return Task.FromResult(answer);
        };

        var answer = await mesh.PredictAsync(GatewayFixture.Request(k: 3));

        // The fake's tokens are characters.
        Assert.Equal(
            ["Input: dull and slow\nOutput: Negative\n\n", "Input: a joy to watch\nOutput: Positive\n\n", "Input: moving and funny\nOutput: Positive\n\n"],
            answer.Demonstrations.Select(d => Prompt.Substring(d.TokenStart, d.TokenCount)));
    }

    [Fact]
    public async Task Demonstrations_WithoutExplanation_HaveNoWeightsButEverythingElse()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.Explanation = ExplanationLevel.None;

        var answer = await mesh.PredictAsync(request);

        Assert.All(answer.Demonstrations, d => Assert.Equal((false, false, false, false), (d.HasWeight, d.HasContribution, d.HasSimilarityWeight, d.HasRemovalEffect)));
        Assert.All(answer.Demonstrations, d => Assert.True(d.TokenCount > 0 && d.Reason.Length > 0));
        Assert.Empty(answer.KernelViews);
        Assert.Null(answer.ExplanationError);
    }

    [Fact]
    public async Task Demonstrations_OneViewOnly_HaveThatViewsWeightsOnly()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Kernel.Change = explanation => explanation.Views.RemoveAt(0);

        var answer = await mesh.PredictAsync(GatewayFixture.Request(k: 3));

        AssertClose([3 / 6.0, 2 / 6.0, 1 / 6.0], answer.Demonstrations.Select(d => d.SimilarityWeight));
        Assert.All(answer.Demonstrations, d => Assert.Equal((false, false, false), (d.HasWeight, d.HasContribution, d.HasRemovalEffect)));
    }

    [Fact]
    public async Task Explanation_IsAskedAboutThisPrompt()
    {
        await using var mesh = await GatewayFixture.StartAsync();

        await mesh.PredictAsync(GatewayFixture.Request(k: 3));

        var asked = mesh.Kernel.Last!;
        Assert.Equal([0, 1, 1], asked.Labels);
        Assert.Equal([0.3, 0.6, 0.9], asked.Similarities);
        AssertClose([0.2, 0.8], asked.ModelProbabilities);
        Assert.Equal([1, 2, 3], asked.Attention.Shape);
    }

    [Theory]
    [InlineData(0, "Negative")]
    [InlineData(1, "Positive")]
    public async Task Label_IsTheMostProbableOne(int best, string label)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Inference.OnScore = (request, _) =>
        {
            var answer = FakeInference.Answer(request);
            (answer.Choices[best].Probability, answer.Choices[1 - best].Probability) = (0.7, 0.3);
            (answer.Choices[best].LogProbability, answer.Choices[1 - best].LogProbability) = (-0.5, -1.5);
            return Task.FromResult(answer);
        };

        var answer = await mesh.PredictAsync(GatewayFixture.Request());

        Assert.Equal(label, answer.Label);
        Assert.Equal(["Negative", "Positive"], answer.Probabilities.Select(p => p.Label));
        Assert.Equal((0.7, -0.5), (answer.Probabilities[best].Probability, answer.Probabilities[best].LogProbability));
        Assert.Equal((0.3, -1.5), (answer.Probabilities[1 - best].Probability, answer.Probabilities[1 - best].LogProbability));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_SaysWhoAnsweredFromWhat(bool exact)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        mesh.Retrieval.Exact = exact;
        mesh.Retrieval.Rejections.Add(new Rejection { Id = "z", Reason = "near duplicate of chosen", Similarity = 0.95, Of = "c" });
        mesh.Inference.Capabilities.KernelHeads = new()
        {
            Heads = { new HeadWeight { Layer = 0, Head = 1, Weight = 1 } },
            Pooling = AttentionPooling.Label,
            Agreement = 0.9,
            Low = 0.85,
            High = 0.95,
            NullAgreement = 0.5,
            Prompts = 300,
        };

        var answer = await mesh.PredictAsync(GatewayFixture.Request());

        Assert.Equal(exact, answer.ExactSearch);
        Assert.Equal(7, answer.CollectionVersion);
        Assert.Equal(FakeInference.LanguageModel, answer.Model);
        Assert.Equal(FakeInference.Encoder, answer.Encoder);
        Assert.Equal(mesh.Retrieval.Rejections, answer.Rejections);
        Assert.Empty(answer.DroppedDemonstrationIds);
        Assert.Equal((40, 8, 2), (answer.Usage.PromptTokens, answer.Usage.CachedTokens, answer.Usage.CompletionTokens));
        Assert.Equal((0.9, "h"), (answer.LabelMass, answer.LogitsHash));
        Assert.Equal((0.9, 0.85, 0.95, 0.5, 300), (answer.Faithfulness.Agreement, answer.Faithfulness.Low, answer.Faithfulness.High, answer.Faithfulness.NullAgreement, answer.Faithfulness.Prompts));
        Assert.Equal("Input: {text}\nOutput:", answer.Template.Input);
        Assert.Equal(("", 0, ""), (answer.Task, answer.TaskVersion, answer.PredictionId));
        Assert.Null(answer.Calibration);
        Assert.Null(answer.Combined);
    }

    [Fact]
    public async Task KernelViews_AreThoseOfTheKernel_AttentionFirst()
    {
        await using var mesh = await GatewayFixture.StartAsync();
        Kernel.V1.ExplainPredictionResponse? sent = null;
        mesh.Kernel.Change = explanation => sent = explanation;

        var answer = await mesh.PredictAsync(GatewayFixture.Request(k: 3));

        Assert.Equal(["attention", "similarity"], answer.KernelViews.Select(view => view.Name));
        Assert.Equal(sent!.Views, answer.KernelViews);
    }

    [Theory]
    [InlineData(ExplanationLevel.Heads, 1)]
    [InlineData(ExplanationLevel.Weights, 0)]
    [InlineData(ExplanationLevel.Unspecified, 0)]
    public async Task Attention_OfEveryHead_IsThereWhereAskedFor(ExplanationLevel level, int pooled)
    {
        await using var mesh = await GatewayFixture.StartAsync();
        var request = GatewayFixture.Request();
        request.Explanation = level;

        var answer = await mesh.PredictAsync(request);

        Assert.Equal(pooled, answer.Attention.Count);
        Assert.All(answer.Attention, attention => Assert.Equal([1, 2, 2], attention.Values.Shape));
    }

    private static void AssertClose(double[] expected, IEnumerable<double> actual) => Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-12);
}
