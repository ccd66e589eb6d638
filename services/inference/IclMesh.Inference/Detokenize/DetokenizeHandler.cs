using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Messages;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.Detokenize;

/// <summary>Turns token ids into text.</summary>
internal sealed class DetokenizeHandler(ModelLibrary library)
{
    /// <summary>Most token ids of one call.</summary>
    private const int MaxTokens = 1 << 20;

    /// <summary>Handles one call.</summary>
    public async Task<DetokenizeResponse> HandleAsync(DetokenizeRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.NotBlank("model", request.Model);
        rules.InRange("token_ids", request.TokenIds.Count, 0, MaxTokens);
        rules.ThrowIfBroken();
        using var lease = await library.LeaseAsync(request.Model, cancellationToken);
        var (model, tokenizer) = (lease.Model, lease.Model.Source.Tokenizer);
        for (var index = 0; index < request.TokenIds.Count; index++)
        {
            rules.InRange($"token_ids[{index}]", request.TokenIds[index], 0, tokenizer.VocabularySize - 1);
        }

        rules.ThrowIfBroken();
        return new()
        {
            Text = tokenizer.Decode([.. request.TokenIds]),
            Model = model.Source.Reference(model.Precision, model.Provider),
        };
    }
}
