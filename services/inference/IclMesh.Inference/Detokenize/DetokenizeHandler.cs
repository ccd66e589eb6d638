using IclMesh.Inference.Core.Models;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.Detokenize;

/// <summary>Turns token ids into text.</summary>
internal sealed class DetokenizeHandler(ModelLibrary library)
{
    /// <summary>Handles one call.</summary>
    public async Task<DetokenizeResponse> HandleAsync(DetokenizeRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.NotBlank("model", request.Model);
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
