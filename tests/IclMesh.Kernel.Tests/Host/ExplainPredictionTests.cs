using IclMesh.Kernel.V1;

namespace IclMesh.Kernel.Tests.Host;

public sealed class ExplainPredictionTests(KernelHost kernel) : IClassFixture<KernelHost>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ExplainPrediction_BothViews_AttentionComesFirst()
    {
        var response = await kernel.Client.ExplainPredictionAsync(Request(), cancellationToken: Token);

        Assert.Equal(["attention", "similarity"], response.Views.Select(view => view.Name));
        Assert.Equal(1, response.PredictedClass);
        Assert.All(response.Views, view => Assert.Equal(1, view.Weights.Sum(), 1e-6));
        Assert.True(response.Views[0].Agrees);
        Assert.True(response.Weak);
    }

    [Theory]
    [InlineData(0.7, 0.6, false)]
    [InlineData(0.6, 0.6, true)]
    public async Task ExplainPrediction_MeasuredProfile_IsWeakUnlessItBeatsItsNull(double low, double null_, bool weak)
    {
        var request = Request();
        request.Profile = new()
        {
            Name = "sst2",
            Heads = { new HeadWeight { Layer = 1, Head = 0, Weight = 1 } },
            Faithfulness = new() { Agreement = 0.8, Low = low, High = 0.9, NullAgreement = null_, Prompts = 300 },
        };

        var response = await kernel.Client.ExplainPredictionAsync(request, cancellationToken: Token);

        Assert.Equal(weak, response.Weak);
        Assert.Equal(0.8, response.Faithfulness.Agreement);
        Near.Equal([0.2, 0.8], [.. response.Views[0].Weights], relative: 1e-6);
    }

    public static TheoryData<string, Action<ExplainPredictionRequest>> Broken => new()
    {
        { "labels[1]", r => r.Labels[1] = 2 },
        { "model_probabilities", r => r.ModelProbabilities[0] = 0.9 },
        { "similarities", r => r.Similarities.Add(0.5) },
        { "attention.shape", r => r.Attention = KernelHost.Tensor([1, 1, 3], 1, 1, 1) },
        { "attention.values", r => r.Attention = KernelHost.Tensor([1, 1, 2], -1, 1) },
        { "profile.heads", r => r.Profile = new() },
        { "profile.heads[0].layer", r => r.Profile = new() { Heads = { new HeadWeight { Layer = 2, Weight = 1 } } } },
        { "profile.class_biases", r => r.Profile = new() { Heads = { new HeadWeight { Weight = 1 } }, ClassBiases = { 1 } } },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task ExplainPrediction_BrokenField_IsNamed(string field, Action<ExplainPredictionRequest> breakIt)
    {
        var request = Request();
        breakIt(request);

        await RpcAssert.RefusesAsync(field, () => kernel.Client.ExplainPredictionAsync(request, cancellationToken: Token).ResponseAsync);
    }

    private static ExplainPredictionRequest Request() => new()
    {
        Labels = { 0, 1 },
        ModelProbabilities = { 0.3, 0.7 },
        Attention = KernelHost.Tensor([2, 1, 2], 0.1f, 0.3f, 0.1f, 0.4f),
        Similarities = { 0.9, -0.2 },
    };
}
