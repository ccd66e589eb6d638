using Grpc.Core;
using IclMesh.Inference.Tests.Models;
using IclMesh.Inference.V1;
using IclMesh.Testing;
using static IclMesh.Inference.V1.InferenceService;

namespace IclMesh.Inference.Tests.Host;

public sealed class InferenceServiceTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    [Fact]
    public async Task Score_TinyModel_AnswersWithSpansAttentionUsageAndModel()
    {
        await using var host = await Start();
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
        await using var host = await Start();
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
        await using var host = await Start();
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
        await using var host = await Start();
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
        await using var host = await Start();
        var request = Request();
        request.Model = "no-such-model";

        await RpcAssert.FailsAsync(
            StatusCode.NotFound, ErrorReasons.ResourceNotFound, async () => await new InferenceServiceClient(host.Channel).ScoreAsync(request));
    }

    [Fact]
    public async Task Score_Encoder_LacksTheCapability()
    {
        await using var host = await Start();
        var request = Request();
        request.Model = "tiny-encoder";

        await RpcAssert.FailsAsync(
            StatusCode.FailedPrecondition, ErrorReasons.CapabilityMissing, async () => await new InferenceServiceClient(host.Channel).ScoreAsync(request));
    }

    [Fact]
    public async Task Embed_Texts_ReturnsARowForEach()
    {
        await using var host = await Start();
        var request = new EmbedRequest { Model = "tiny-encoder", Texts = { "one", "two", "one" } };

        var response = await new InferenceServiceClient(host.Channel).EmbedAsync(request, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((3, 32), (response.Embeddings.Rows, response.Embeddings.Columns));
        Assert.Equal([5, 5, 5], response.TokenCounts);
        Assert.Equal(response.Embeddings.Values.Span[..128].ToArray(), response.Embeddings.Values.Span[256..].ToArray());
    }

    [Fact]
    public async Task Embed_BlankText_NamesIt()
    {
        await using var host = await Start();
        var request = new EmbedRequest { Model = "tiny-encoder", Texts = { "one", " " } };

        await RpcAssert.RefusesAsync("texts[1]", async () => await new InferenceServiceClient(host.Channel).EmbedAsync(request));
    }

    [Fact]
    public async Task Tokenize_TextBeyondTheBasicPlane_GivesOffsetsInUnitsAndBytes()
    {
        await using var host = await Start();
        var request = new TokenizeRequest { Model = "tiny-encoder", Text = "é😀 ab", AddSpecialTokens = true };

        var response = await new InferenceServiceClient(host.Channel).TokenizeAsync(request, cancellationToken: TestContext.Current.CancellationToken);

        var last = response.Tokens[^2];
        Assert.Equal(("##b", 5, 1, 8, 1), (last.Text, last.Utf16Start, last.Utf16Length, last.ByteStart, last.ByteLength));
    }

    [Fact]
    public async Task GetModel_Decoder_ReturnsItsCapabilities()
    {
        await using var host = await Start();

        var response = await new InferenceServiceClient(host.Channel).GetModelAsync(
            new() { Model = "tiny-own" }, cancellationToken: TestContext.Current.CancellationToken);

        var capabilities = response.Capabilities;
        Assert.Equal(
            (ModelKind.LanguageModel, "iclmeshtiny", 2, 4, 400, true),
            (capabilities.Kind, capabilities.Family, capabilities.Layers, capabilities.Heads, capabilities.ContextLength, capabilities.Attention));
        Assert.Contains(capabilities.Limitations, limitation => limitation.Contains("empty context", StringComparison.Ordinal));
        Assert.Contains(capabilities.Limitations, limitation => limitation.Contains("chat template", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ListModels_InPages_ListsEachOnce()
    {
        await using var host = await Start();
        var client = new InferenceServiceClient(host.Channel);
        var names = new List<string>();
        var request = new ListModelsRequest { PageSize = 2 };
        do
        {
            var page = await client.ListModelsAsync(request, cancellationToken: TestContext.Current.CancellationToken);
            names.AddRange(page.Models.Select(model => model.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(["tiny-encoder", "tiny-llama", "tiny-own"], names.Where(name => name.StartsWith("tiny-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Fact]
    public async Task Capture_Attention_StreamsPromptThenLayers()
    {
        await using var host = await Start();
        var request = new CaptureRequest { Model = "tiny-llama", Attention = new() { Positions = { -1 } }, Lens = new() { Layers = { 1 }, Positions = { -1 } }, LensTop = 2 };
        request.Segments.AddRange(Request().Segments);

        using var call = new InferenceServiceClient(host.Channel).Capture(request, cancellationToken: TestContext.Current.CancellationToken);
        var responses = await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(4, responses[0].Prompt.Spans.Count);
        var attention = responses.Where(response => response.Block?.Kind == CaptureKind.Attention).Select(response => response.Block).ToList();
        Assert.Equal([0, 1], attention.Select(block => block.Layer));
        Assert.All(attention, block => Assert.Equal([4, 1, responses[0].Prompt.TokenIds.Count], block.Values.Shape));
        Assert.Equal(2, Assert.Single(responses, response => response.Block?.Kind == CaptureKind.Lens).Block.Readings[0].Tokens.Count);
    }

    [Fact]
    public async Task Generate_Text_StreamsUntilTheLimitWithUsage()
    {
        await using var host = await Start();
        var request = new GenerateRequest { Model = "tiny-llama", Text = "the start", MaxTokens = 5 };

        using var call = new InferenceServiceClient(host.Channel).Generate(request, cancellationToken: TestContext.Current.CancellationToken);
        var responses = await call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(5, responses.Count);
        Assert.Equal(FinishReason.MaxTokens, responses[^1].FinishReason);
        Assert.Equal((9, 5), (responses[^1].Usage.PromptTokens, responses[^1].Usage.CompletionTokens));
    }

    [Theory]
    [InlineData("input")]
    [InlineData("sampling.top_p")]
    [InlineData("sampling.temperature")]
    [InlineData("stop_texts[0]")]
    public async Task Generate_BrokenField_NamesIt(string field)
    {
        await using var host = await Start();
        var request = new GenerateRequest { Model = "tiny-llama", Text = "x", MaxTokens = 1 };
        switch (field)
        {
            case "input": request.ClearInput(); break;
            case "sampling.top_p": request.Sampling = new() { Temperature = 1, TopP = 0 }; break;
            case "sampling.temperature": request.Sampling = new() { TopK = 5 }; break;
            default: request.StopTexts.Add(""); break;
        }

        await RpcAssert.RefusesAsync(field, async () =>
        {
            using var call = new InferenceServiceClient(host.Channel).Generate(request);
            await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        });
    }

    [Fact]
    public async Task Generate_ConversationWithoutTemplate_LacksTheCapability()
    {
        await using var host = await Start();
        var request = new GenerateRequest { Model = "tiny-llama", Conversation = new() { Messages = { new ChatMessage { Role = "user", Content = "hi" } } } };

        await RpcAssert.FailsAsync(StatusCode.FailedPrecondition, ErrorReasons.CapabilityMissing, async () =>
        {
            using var call = new InferenceServiceClient(host.Channel).Generate(request);
            await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        });
    }

    [Fact]
    public async Task Detokenize_TokensOfAText_GiveItBack()
    {
        await using var host = await Start();
        var client = new InferenceServiceClient(host.Channel);
        var tokens = await client.TokenizeAsync(new() { Model = "tiny-llama", Text = "naïve 😀" }, cancellationToken: TestContext.Current.CancellationToken);
        var request = new DetokenizeRequest { Model = "tiny-llama" };
        request.TokenIds.AddRange(tokens.Tokens.Select(token => token.Id));

        var response = await client.DetokenizeAsync(request, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("naïve 😀", response.Text);
        request.TokenIds.Add(257);
        await RpcAssert.RefusesAsync($"token_ids[{tokens.Tokens.Count}]", async () => await client.DetokenizeAsync(request));
    }

    [Fact]
    public async Task UnloadModel_Loaded_FreesItAndTheNextCallLoadsItAgain()
    {
        await using var host = await Start();
        var client = new InferenceServiceClient(host.Channel);
        await client.LoadModelAsync(new() { Model = "tiny-llama" }, cancellationToken: TestContext.Current.CancellationToken);

        var first = await client.UnloadModelAsync(new() { Model = "tiny-llama" }, cancellationToken: TestContext.Current.CancellationToken);
        var second = await client.UnloadModelAsync(new() { Model = "tiny-llama" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((true, false), (first.Unloaded, second.Unloaded));
        await client.ScoreAsync(Request(), cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task GetModel_EightBit_StatesItsMeasuredAgreement()
    {
        await using var host = await Start(("Inference:Precision", "int8"));

        var response = await new InferenceServiceClient(host.Channel).GetModelAsync(
            new() { Model = "tiny-llama" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("int8", response.Capabilities.Reference.Precision);
        Assert.Equal(96, response.Capabilities.PrecisionAgreement.Prompts);
        Assert.InRange(response.Capabilities.PrecisionAgreement.MarginDifference, 1e-6, 1);
    }

    [Fact]
    public async Task Score_PrecisionDisagreesTooOften_IsRefusedUntilAllowed()
    {
        await using var strict = await Start(("Inference:Precision", "int4"), ("Inference:MinimumAgreement", "1"));
        await using var lenient = await Start(("Inference:Precision", "int4"), ("Inference:MinimumAgreement", "0"));
        var client = new InferenceServiceClient(strict.Channel);
        var model = await client.GetModelAsync(new() { Model = "tiny-llama" }, cancellationToken: TestContext.Current.CancellationToken);

        await RpcAssert.FailsAsync(
            StatusCode.FailedPrecondition, ErrorReasons.CapabilityMissing, async () => await client.ScoreAsync(Request()));
        var response = await new InferenceServiceClient(lenient.Channel).ScoreAsync(Request(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.InRange(model.Capabilities.PrecisionAgreement.SameLabel, 0.5, 0.999);
        Assert.Equal("int4", response.Model.Precision);
    }

    [Fact]
    public async Task Start_ProviderMissing_StopsWithAClearError()
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => Start(("Inference:Provider", "cuda")));

        Assert.Contains("'cuda' is not part of this build", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ProviderMissingWithFallback_UsesTheCpu()
    {
        await using var host = await Start(("Inference:Provider", "cuda"), ("Inference:FallBackToCpu", "true"));

        var response = await new InferenceServiceClient(host.Channel).GetModelAsync(
            new() { Model = "tiny-llama" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("cpu", response.Capabilities.Reference.Provider);
    }

    [Fact]
    public async Task Score_Traced_NamesModelAndTokensButNoText()
    {
        await using var host = await Start();
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

    private static ScoreRequest Request() => new()
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

    private Task<InProcessHost> Start(params (string Key, string Value)[] settings) => InProcessHost.StartAsync(
        builder => builder.AddInference(),
        app => app.MapInference(),
        [("Inference:ModelFolders:0", models.Folder), ("Inference:WeightCacheFolder", models.Cache), .. settings]);
}
