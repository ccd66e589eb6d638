using IclMesh.Inference.Core.Generation;
using IclMesh.Inference.Messages;
using IclMesh.Inference.Text.Chat;
using IclMesh.Inference.Text.Tokens;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.Generate;

/// <summary>Between the messages of <c>Generate</c> and the core.</summary>
internal static class GenerateMapping
{
    /// <summary>Request to call.</summary>
    /// <param name="request">The request.</param>
    /// <param name="prompt">Its text, or its conversation put into text.</param>
    /// <param name="isFramed">A template wrote the prompt, begin token included.</param>
    public static GenerateCall ToCall(this GenerateRequest request, RenderedChat prompt, bool isFramed) => new()
    {
        Prompt = prompt.Text,
        Scope = prompt.Scope,
        IsFramed = isFramed,
        MaxTokens = request.MaxTokens == 0 ? null : request.MaxTokens,
        Sampling = ToSettings(request.Sampling ?? new()),
        StopTexts = request.StopTexts,
        StopTokens = request.StopTokens,
        Choices = request.Choices,
        TopTokens = request.TopLogProbabilities,
    };

    /// <summary>A piece of the text.</summary>
    public static GenerateResponse ToResponse(this GeneratedPiece piece, ITextTokenizer tokenizer)
    {
        var response = new GenerateResponse
        {
            Text = piece.Text,
            TokenId = piece.Token ?? 0,
            LogProbability = piece.LogProbability,
            FinishReason = piece.Finish.ToWire(),
        };
        response.Top.AddRange(piece.Top.Select(token => token.ToMessage(tokenizer)));
        return response;
    }

    private static SamplingSettings ToSettings(Sampling sampling) => new()
    {
        RepetitionPenalty = sampling.HasRepetitionPenalty ? sampling.RepetitionPenalty : 1,
        Temperature = sampling.Temperature,
        TopK = sampling.TopK,
        TopP = sampling.HasTopP ? sampling.TopP : 1,
        MinP = sampling.MinP,
        Seed = sampling.Seed,
    };
}
