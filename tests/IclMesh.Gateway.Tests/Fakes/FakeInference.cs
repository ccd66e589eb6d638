using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Core;
using IclMesh.Inference.V1;

namespace IclMesh.Gateway.Tests.Fakes;

/// <summary>An inference service whose answers a test can change; it remembers what it was asked.</summary>
internal sealed class FakeInference : InferenceService.InferenceServiceBase
{
    public static ModelReference LanguageModel { get; } = new() { Name = "lm", Version = "1", Precision = "fp32", Provider = "test" };

    public static ModelReference Encoder { get; } = new() { Name = "encoder", Version = "2", Precision = "fp32", Provider = "test" };

    /// <summary>Everything that was asked to be scored, in order.</summary>
    public ConcurrentQueue<ScoreRequest> Scores { get; } = [];

    public ScoreRequest? LastScore => Scores.LastOrDefault();

    public int GetModelCalls { get; private set; }

    public ModelCapabilities Capabilities { get; } = new() { Reference = LanguageModel, Kind = ModelKind.LanguageModel, Layers = 1, Heads = 2, Attention = true };

    public Func<ScoreRequest, ServerCallContext, Task<ScoreResponse>> OnScore { get; set; } = (request, _) => Task.FromResult(Answer(request));

    /// <summary>Stands in for the record of a model; null answers as the fake knows it.</summary>
    public Func<GetModelRequest, ModelCapabilities>? OnGetModel { get; set; }

    /// <summary>Says the second choice, and attends to the first demonstration twice as much as to any other.</summary>
    public static ScoreResponse Answer(ScoreRequest request)
    {
        var ids = request.Segments.Where(s => s.Kind == SegmentKind.DemonstrationInput).Select(s => s.DemonstrationId).ToList();
        var attention = Enumerable.Repeat(ids.Select((_, i) => i == 0 ? 0.2f : 0.1f), 2).SelectMany(row => row).ToArray();
        var response = new ScoreResponse
        {
            ChoiceMass = 0.9,
            Usage = new() { PromptTokens = 40, CachedTokens = 8, CompletionTokens = request.Choices.Count },
            Model = LanguageModel,
            LogitsHash = "h",
            Choices =
            {
                request.Choices.Select((choice, i) => new ChoiceScore
                {
                    Choice = choice,
                    LogProbability = i == 1 ? -0.2 : -2,
                    Probability = i == 1 ? 0.8 : 0.2 / (request.Choices.Count - 1),
                }),
            },
        };
        foreach (var segment in request.Segments)
        {
            // A token a character.
            var start = response.Spans.Sum(span => span.TokenCount);
            response.Spans.Add(new PromptSpan { Kind = segment.Kind, DemonstrationId = segment.DemonstrationId, TokenStart = start, TokenCount = segment.Text.Length });
        }

        if (request.Attention is not null)
        {
            response.Attention.Add(new PooledAttention
            {
                Pooling = request.Attention.Poolings[0],
                Values = new() { Shape = { 1, 2, ids.Count }, Values = ByteString.CopyFrom(MemoryMarshal.AsBytes(attention.AsSpan())) },
            });
        }

        return response;
    }

    public override Task<ScoreResponse> Score(ScoreRequest request, ServerCallContext context)
    {
        Scores.Enqueue(request);
        return OnScore(request, context);
    }

    public override Task<EmbedResponse> Embed(EmbedRequest request, ServerCallContext context)
    {
        var values = request.Texts.SelectMany(text => new[] { 1f, text.Length }).ToArray();
        return Task.FromResult(new EmbedResponse
        {
            Embeddings = new() { Rows = request.Texts.Count, Columns = 2, Values = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) },
            Model = Encoder,
        });
    }

    public override Task<GetModelResponse> GetModel(GetModelRequest request, ServerCallContext context)
    {
        if (OnGetModel is { } answer)
        {
            return Task.FromResult(new GetModelResponse { Capabilities = answer(request) });
        }

        if (request.Model == "encoder")
        {
            return Task.FromResult(new GetModelResponse { Capabilities = new() { Reference = Encoder, Kind = ModelKind.Encoder } });
        }

        GetModelCalls++;
        return request.Model == "missing"
            ? throw MeshException.NotFound("model", request.Model)
            : Task.FromResult(new GetModelResponse { Capabilities = Capabilities });
    }

    public override Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListModelsResponse { Models = { new ModelSummary { Name = "lm" } } });

    /// <summary>A token is a run of non-blanks with the blanks before it; hyphens end one.</summary>
    public override Task<TokenizeResponse> Tokenize(TokenizeRequest request, ServerCallContext context)
    {
        var response = new TokenizeResponse { Model = LanguageModel };
        foreach (var match in Regex.Matches(request.Text, @"\s*[^\s-]+-?|\s+|-").Cast<Match>())
        {
            response.Tokens.Add(new Token { Id = response.Tokens.Count, Text = match.Value, ByteStart = match.Index, ByteLength = match.Length, Utf16Start = match.Index, Utf16Length = match.Length });
        }

        return Task.FromResult(response);
    }
}
