using IclMesh.Inference.Core.Models;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.GetModel;

/// <summary>Returns the capability record of a model.</summary>
internal sealed class GetModelHandler(ModelLibrary library)
{
    private const int Opset = 23;

    /// <summary>Handles one call.</summary>
    public async Task<GetModelResponse> HandleAsync(GetModelRequest request, CancellationToken cancellationToken)
    {
        var rules = new RequestRules();
        rules.NotBlank("model", request.Model);
        rules.ThrowIfBroken();
        return new() { Capabilities = Describe(await library.GetAsync(request.Model, cancellationToken)) };
    }

    private static ModelCapabilities Describe(LoadedModel model)
    {
        var configuration = model.Source.Configuration;
        var capabilities = new ModelCapabilities
        {
            Reference = model.Source.Reference(model.Precision, model.Provider),
            Kind = model.Language is null ? ModelKind.Encoder : ModelKind.LanguageModel,
            Family = configuration.Family.ToString().ToLowerInvariant(),
            Format = model.Source.Format,
            Layers = configuration.Layers,
            Heads = configuration.Heads,
            KeyValueHeads = configuration.KeyValueHeads,
            HeadSize = configuration.HeadSize,
            HiddenSize = configuration.HiddenSize,
            VocabularySize = configuration.VocabularySize,
            ContextLength = model.Source.Encoder?.MaximumTokens ?? configuration.ContextLength,
            Attention = model.Language is not null,
            BeginToken = model.Language?.Encoder.AddsBeginToken ?? false,
            Opset = Opset,
            Pooling = model.Source.Encoder?.Pooling ?? "",
            Normalized = model.Source.Encoder?.Normalize ?? false,
        };
        capabilities.PromptFormat = CardMapping.ToPromptFormat(model.Source.Card);
        capabilities.KernelHeads = CardMapping.ToKernelHeads(model.Source.Card);
        capabilities.Limitations.AddRange(Limitations(model));
        return capabilities;
    }

    private static IEnumerable<string> Limitations(LoadedModel model)
    {
        if (model.Language is null)
        {
            yield return "no scores and no attention: a sentence encoder predicts no tokens";
        }
        else if (model.Source.Tokenizer.BeginToken is null && model.Source.Tokenizer.EndToken is null)
        {
            yield return "an empty context cannot be scored: the model has neither a begin token nor an end token";
        }
    }
}
