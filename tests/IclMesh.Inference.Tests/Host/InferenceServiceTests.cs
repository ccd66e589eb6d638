using Grpc.Core;
using IclMesh.Inference.Tests.Models;
using IclMesh.Inference.V1;
using IclMesh.Testing;
using static IclMesh.Inference.V1.InferenceService;

namespace IclMesh.Inference.Tests.Host;

public sealed class InferenceServiceTests(TinyModelFixture models) : IClassFixture<TinyModelFixture>
{
    [Fact]
    public async Task Embed_Texts_ReturnsARowForEach()
    {
        await using var host = await models.StartAsync();
        var request = new EmbedRequest { Model = "tiny-encoder", Texts = { "one", "two", "one" } };

        var response = await new InferenceServiceClient(host.Channel).EmbedAsync(request, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((3, 32), (response.Embeddings.Rows, response.Embeddings.Columns));
        Assert.Equal([5, 5, 5], response.TokenCounts);
        Assert.Equal(response.Embeddings.Values.Span[..128].ToArray(), response.Embeddings.Values.Span[256..].ToArray());
    }

    [Fact]
    public async Task Embed_PromptThatTheEncoderDoesNotHave_NamesTheField()
    {
        await using var host = await models.StartAsync();
        var client = new InferenceServiceClient(host.Channel);

        var none = await client.EmbedAsync(
            new() { Model = "tiny-encoder", Texts = { "one" }, PromptName = "" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("", none.PromptName);
        await RpcAssert.RefusesAsync("prompt_name", async () => await client.EmbedAsync(new() { Model = "tiny-encoder", Texts = { "one" }, PromptName = "query" }));
    }

    [Fact]
    public async Task Embed_BlankText_NamesIt()
    {
        await using var host = await models.StartAsync();
        var request = new EmbedRequest { Model = "tiny-encoder", Texts = { "one", " " } };

        await RpcAssert.RefusesAsync("texts[1]", async () => await new InferenceServiceClient(host.Channel).EmbedAsync(request));
    }

    [Fact]
    public async Task Tokenize_TextBeyondTheBasicPlane_GivesOffsetsInUnitsAndBytes()
    {
        await using var host = await models.StartAsync();
        var request = new TokenizeRequest { Model = "tiny-encoder", Text = "é😀 ab", AddSpecialTokens = true };

        var response = await new InferenceServiceClient(host.Channel).TokenizeAsync(request, cancellationToken: TestContext.Current.CancellationToken);

        var last = response.Tokens[^2];
        Assert.Equal(("##b", 5, 1, 8, 1), (last.Text, last.Utf16Start, last.Utf16Length, last.ByteStart, last.ByteLength));
    }

    [Fact]
    public async Task Tokenize_SpecialTokenInTheText_IsTextUnlessAskedFor()
    {
        await using var host = await models.StartAsync();
        var client = new InferenceServiceClient(host.Channel);

        var plain = await client.TokenizeAsync(new() { Model = "tiny-llama", Text = "a<|end|>" }, cancellationToken: TestContext.Current.CancellationToken);
        var special = await client.TokenizeAsync(
            new() { Model = "tiny-llama", Text = "a<|end|>", RecognizeSpecialTokens = true }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("a<|end|>".Length, plain.Tokens.Count);
        Assert.Equal([97, 256], special.Tokens.Select(token => token.Id == 256 ? 256 : 97));
    }

    [Fact]
    public async Task GetModel_Decoder_ReturnsItsCapabilities()
    {
        await using var host = await models.StartAsync();

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
        await using var host = await models.StartAsync();
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
        await using var host = await models.StartAsync();
        var request = new CaptureRequest { Model = "tiny-llama", Attention = new() { Positions = { -1 } }, Lens = new() { Layers = { 1 }, Positions = { -1 } }, LensTop = 2 };
        request.Segments.AddRange(ScoreServiceTests.Request().Segments);

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
        await using var host = await models.StartAsync();
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
        await using var host = await models.StartAsync();
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
        await using var host = await models.StartAsync();
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
        await using var host = await models.StartAsync();
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
        await using var host = await models.StartAsync();
        var client = new InferenceServiceClient(host.Channel);
        await client.LoadModelAsync(new() { Model = "tiny-llama" }, cancellationToken: TestContext.Current.CancellationToken);

        var first = await client.UnloadModelAsync(new() { Model = "tiny-llama" }, cancellationToken: TestContext.Current.CancellationToken);
        var second = await client.UnloadModelAsync(new() { Model = "tiny-llama" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((true, false), (first.Unloaded, second.Unloaded));
        await client.ScoreAsync(ScoreServiceTests.Request(), cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task GetModel_EightBit_StatesItsMeasuredAgreement()
    {
        await using var host = await models.StartAsync(("Inference:Precision", "int8"));

        var response = await new InferenceServiceClient(host.Channel).GetModelAsync(
            new() { Model = "tiny-llama" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("int8", response.Capabilities.Reference.Precision);
        Assert.Equal(96, response.Capabilities.PrecisionAgreement.Prompts);
        Assert.InRange(response.Capabilities.PrecisionAgreement.MarginDifference, 1e-6, 1);
    }

    [Fact]
    public async Task Start_ProviderMissing_StopsWithAClearError()
    {
        var error = await Assert.ThrowsAsync<MeshException>(() => models.StartAsync(("Inference:Provider", "cuda")));

        Assert.Contains("'cuda' is not part of this build", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ProviderMissingWithFallback_UsesTheCpu()
    {
        await using var host = await models.StartAsync(("Inference:Provider", "cuda"), ("Inference:FallBackToCpu", "true"));

        var response = await new InferenceServiceClient(host.Channel).GetModelAsync(
            new() { Model = "tiny-llama" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("cpu", response.Capabilities.Reference.Provider);
    }
}
