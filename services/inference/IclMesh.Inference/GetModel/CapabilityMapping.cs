using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Messages;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.GetModel;

/// <summary>From a loaded model to its capability record.</summary>
internal static class CapabilityMapping
{
    private const int Opset = 23;

    /// <summary>Describes a model.</summary>
    public static ModelCapabilities Describe(this LoadedModel model)
    {
        var configuration = model.Source.Configuration;
        var capabilities = new ModelCapabilities
        {
            Reference = model.Source.Reference(model.Precision, model.Provider),
            Kind = model.Language is null ? ModelKind.Encoder : ModelKind.LanguageModel,
            Family = configuration.Family.ToWire(),
            Format = model.Source.Format,
            Layers = configuration.Layers,
            Heads = configuration.Heads,
            KeyValueHeads = configuration.KeyValueHeads,
            HeadSize = configuration.HeadSize,
            HiddenSize = configuration.HiddenSize,
            VocabularySize = configuration.VocabularySize,
            ContextLength = model.Source.Encoder?.MaximumTokens ?? configuration.ContextLength,
            Attention = model.Language is { HasTaps: true },
            HiddenStates = model.Language is { HasTaps: true },
            BeginToken = model.Language?.Encoder.AddsBeginToken ?? false,
            Opset = model.Source.Graph is null ? Opset : 0,
            Pooling = model.Source.Encoder?.Pooling ?? "",
            Normalized = model.Source.Encoder?.Normalize ?? false,
            PromptFormat = CardMapping.ToPromptFormat(model.Source.Card),
            KernelHeads = CardMapping.ToKernelHeads(model.Source.Card),
            ChatTemplate = model.Source.ChatTemplate is not null,
            PrecisionAgreement = ToMessage(model.Language?.Agreement),
        };
        capabilities.PromptNames.AddRange(model.Source.Encoder?.Prompts.Keys ?? []);
        capabilities.DefaultPromptName = model.Source.Encoder?.DefaultPrompt ?? "";
        capabilities.EndTokens.AddRange(model.Source.EndTokens);
        capabilities.Limitations.AddRange(Limitations(model));
        return capabilities;
    }

    private static V1.PrecisionAgreement? ToMessage(Core.Models.PrecisionAgreement? agreement) => agreement is null ? null : new()
    {
        Prompts = agreement.Prompts,
        SameLabel = agreement.SameLabel,
        MarginDifference = agreement.MarginDifference,
    };

    private static IEnumerable<string> Limitations(LoadedModel model)
    {
        if (model.Language is null)
        {
            yield return "no scores, text or captures: a sentence encoder predicts no tokens";
            yield break;
        }

        if (model.Source.Tokenizer.BeginToken is null && model.Source.Tokenizer.EndToken is null)
        {
            yield return "an empty context cannot be scored: the model has neither a begin token nor an end token";
        }

        if (model.Source.ChatTemplate is null)
        {
            yield return "no conversations: the model comes without a chat template";
        }

        if (!model.Language.HasTaps)
        {
            yield return "no attention, hidden states or logit lens, so no explanations: the graph was exported by others and returns logits, keys and values only";
            yield return "slower than the engine's own graph: keys and values are copied in every run, and packed continuations run one by one";
        }
        else if (model.Precision != "fp32")
        {
            yield return $"numbers are those of {model.Precision}: see precision_agreement before interpreting them";
        }
    }
}
