using System.Runtime.CompilerServices;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Messages;
using IclMesh.Inference.Telemetry;
using IclMesh.Inference.Text.Chat;
using IclMesh.Inference.Text.Tokens;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.Generate;

/// <summary>Continues a text and streams it as it comes.</summary>
internal sealed class GenerateHandler(ModelLibrary library, InferenceTelemetry telemetry, TimeProvider time)
{
    private const string Operation = "text_completion";

    /// <summary>Handles one call.</summary>
    public async IAsyncEnumerable<GenerateResponse> HandleAsync(
        GenerateRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        GenerateRules.Check(request);
        using var span = telemetry.Start(Operation, request.Model);
        var start = time.GetTimestamp();
        using var lease = await library.LeaseAsync(request.Model, cancellationToken);
        var model = lease.Language;

        using var run = await model.GenerateAsync(request.ToCall(Prompt(request, model), isFramed: request.InputCase == GenerateRequest.InputOneofCase.Conversation), cancellationToken);
        var tokens = 0;
        await foreach (var piece in run.Pieces)
        {
            tokens++;
            var response = piece.ToResponse(model.Source.Tokenizer);
            if (piece.Finish is not null)
            {
                response.Usage = new() { PromptTokens = run.PromptTokens, CachedTokens = run.CachedTokens, CompletionTokens = tokens };
                response.Model = model.Source.Reference(model.Precision, model.Provider);
            }

            yield return response;
        }

        telemetry.Record(span, Operation, request.Model, time.GetElapsedTime(start), run.PromptTokens, tokens, run.CachedTokens);
    }

    private RenderedChat Prompt(GenerateRequest request, LanguageModel model)
    {
        if (request.InputCase == GenerateRequest.InputOneofCase.Text)
        {
            return new(request.Text, SpecialTokenScope.Of(request.RecognizeSpecialTokens));
        }

        var template = model.Source.ChatTemplate ?? throw new MeshException(
            ErrorKind.FailedPrecondition, ErrorReasons.CapabilityMissing, $"'{request.Model}' comes without a chat template");
        var messages = request.Conversation.Messages.Select(message => new Text.Chat.ChatMessage(message.Role, message.Content));
        return ChatTemplate.Parse(template).Render([.. messages], addGenerationPrompt: true, model.Source.Tokenizer, time);
    }
}
