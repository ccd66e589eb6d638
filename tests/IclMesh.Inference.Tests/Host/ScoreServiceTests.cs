using Grpc.Core;
using IclMesh.Inference.Tests.Models;
using IclMesh.Inference.V1;
using IclMesh.Testing;
using static IclMesh.Inference.V1.InferenceService;

namespace IclMesh.Inference.Tests.Host;

public sealed class ScoreServiceTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    [Fact]
    public async Task Score_TinyModel_AnswersWithSpansAttentionUsageAndModel()
    {
        await using var host = await models.StartAsync();
        var client = new InferenceServiceClient(host.Channel);

        var response = await client.ScoreAsync(Request(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(1, response.Choices.Sum(choice => choice.Probability), 1e-9);
        Assert.InRange(response.ChoiceMass, 1e-9, 1);
        Assert.Equal([2, 4, 1], response.Attention[0].Values.Shape);
        Assert.Equal(2 * 4 * sizeof(float), response.Attention[0].Values.Values.Length);
        Assert.Equal(response.Spans.Sum(span => span.TokenCount), response.Usage.PromptTokens);
        Assert.Equal(3 + 4, response.Usage.CompletionTokens);
        Assert.Equal(("tiny-llama", "fp32", "cpu"), (response.Model.Name, response.Model.Precision, response.Model.Provider));
        Assert.Equal(16, response.LogitsHash.Length);
        Assert.Equal(["tokenize", "queue", "score"], response.Timings.Select(timing => timing.Stage));
        Assert.Equal((" yes", 4, 3, 3), (response.Choices[1].Choice, response.Choices[1].TokenCount, response.Choices[1].CharacterCount, response.Choices[1].ByteCount));
        Assert.Equal(response.Choices[1].LogProbability, response.Choices[1].Tokens.Sum(token => token.LogProbability), 1e-9);
    }

    [Fact]
    public async Task Score_BudgetTooSmall_DropsAndNamesTheDemonstration()
    {
        await using var host = await models.StartAsync();
        var request = Request();
        request.MaxPromptTokens = 20;

        var response = await new InferenceServiceClient(host.Channel).ScoreAsync(request, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["a"], response.DroppedDemonstrationIds);
        Assert.Equal([2, 4, 0], response.Attention[0].Values.Shape);
    }

    [Theory]
    [InlineData("model")]
    [InlineData("choices")]
    [InlineData("choices[1]")]
    [InlineData("segments")]
    [InlineData("segments[0].demonstration_id")]
    [InlineData("segments[0].kind")]
    [InlineData("attention.poolings")]
    [InlineData("max_prompt_tokens")]
    public async Task Score_BrokenField_NamesIt(string field)
    {
        await using var host = await models.StartAsync();
        var request = Request();
        switch (field)
        {
            case "model": request.Model = " "; break;
            case "choices": request.Choices.Clear(); break;
            case "choices[1]": request.Choices[1] = request.Choices[0]; break;
            case "segments": request.Segments.Clear(); break;
            case "segments[0].demonstration_id": request.Segments[0].DemonstrationId = ""; break;
            case "segments[0].kind": request.Segments[0].Kind = SegmentKind.Unspecified; break;
            case "attention.poolings": request.Attention.Poolings.Clear(); break;
            default: request.MaxPromptTokens = 0; break;
        }

        await RpcAssert.RefusesAsync(field, async () => await new InferenceServiceClient(host.Channel).ScoreAsync(request));
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public async Task Score_AroundTheLargestNumberOfChoices_AcceptsOrRefuses(int count, bool accepted)
    {
        await using var host = await models.StartAsync();
        var request = Request();
        request.Choices.Clear();
        request.Choices.AddRange(Enumerable.Range(0, count).Select(i => $" {i}"));
        var call = async () => await new InferenceServiceClient(host.Channel).ScoreAsync(request);

        if (accepted)
        {
            Assert.Equal(count, (await call()).Choices.Count);
        }
        else
        {
            Assert.Contains("257", await RpcAssert.RefusesAsync("choices", call), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Score_UnknownModel_IsNotFound()
    {
        await using var host = await models.StartAsync();
        var request = Request();
        request.Model = "no-such-model";

        await RpcAssert.FailsAsync(
            StatusCode.NotFound, ErrorReasons.ResourceNotFound, async () => await new InferenceServiceClient(host.Channel).ScoreAsync(request));
    }

    [Fact]
    public async Task Score_Encoder_LacksTheCapability()
    {
        await using var host = await models.StartAsync();
        var request = Request();
        request.Model = "tiny-encoder";

        await RpcAssert.FailsAsync(
            StatusCode.FailedPrecondition, ErrorReasons.CapabilityMissing, async () => await new InferenceServiceClient(host.Channel).ScoreAsync(request));
    }

    [Fact]
    public async Task Score_PrecisionDisagreesTooOften_IsRefusedUntilAllowed()
    {
        await using var strict = await models.StartAsync(("Inference:Precision", "int4"), ("Inference:MinimumAgreement", "1"));
        await using var lenient = await models.StartAsync(("Inference:Precision", "int4"), ("Inference:MinimumAgreement", "0"));
        var client = new InferenceServiceClient(strict.Channel);
        var model = await client.GetModelAsync(new() { Model = "tiny-llama" }, cancellationToken: TestContext.Current.CancellationToken);

        await RpcAssert.FailsAsync(
            StatusCode.FailedPrecondition, ErrorReasons.CapabilityMissing, async () => await client.ScoreAsync(Request()));
        var response = await new InferenceServiceClient(lenient.Channel).ScoreAsync(Request(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.InRange(model.Capabilities.PrecisionAgreement.SameLabel, 0.5, 0.999);
        Assert.Equal("int4", response.Model.Precision);
    }

    [Fact]
    public async Task Score_Traced_NamesModelAndTokensButNoText()
    {
        await using var host = await models.StartAsync();
        using var recorder = new SpanRecorder();
        var trace = new Metadata { { "traceparent", recorder.Root.Id! } };

        await new InferenceServiceClient(host.Channel).ScoreAsync(Request(), trace, cancellationToken: TestContext.Current.CancellationToken);

        var span = Assert.Single(recorder.Spans, span => span.OperationName == "text_completion tiny-llama");
        Assert.Equal(
            [
                "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.choice.count", "gen_ai.request.model", "gen_ai.response.model",
                "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "iclmesh.demo.dropped", "iclmesh.demo.ids",
            ],
            span.TagObjects.Select(tag => tag.Key).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(span.TagObjects, tag => $"{tag.Value}".Contains("fine", StringComparison.Ordinal));
    }

    internal static ScoreRequest Request() => new()
    {
        Model = "tiny-llama",
        Segments =
        {
            new Segment { Kind = SegmentKind.DemonstrationInput, Text = "In: bad\nOut:", DemonstrationId = "a" },
            new Segment { Kind = SegmentKind.DemonstrationLabel, Text = " no", DemonstrationId = "a" },
            new Segment { Kind = SegmentKind.Separator, Text = "\n\n", DemonstrationId = "a" },
            new Segment { Kind = SegmentKind.Query, Text = "In: fine\nOut:" },
        },
        Choices = { " no", " yes" },
        Attention = new() { Poolings = { AttentionPooling.Max, AttentionPooling.Tail } },
        TokenLogProbabilities = true,
    };
}
