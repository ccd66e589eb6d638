using IclMesh.Gateway.Predict;
using IclMesh.Gateway.V1;

namespace IclMesh.Gateway.BuildPrompt;

internal static class BuildPromptRules
{
    private const int MaxTokensPerMessage = 1000;

    public static void Check(BuildPromptRequest request, GatewayOptions options)
    {
        var rules = new RequestRules();
        PredictRules.CheckInput(rules, request.Input, options);
        rules.NotBlank("collection", request.Collection);
        rules.NotBlank("encoder", request.Encoder);
        rules.NotBlank("tokenizer", request.Tokenizer);
        if (request.Labels.Count > 0)
        {
            PredictRules.CheckLabels(rules, request.Labels, minimum: 1);
        }

        PredictRules.CheckPrompt(rules, request.Template, request.Selection, request.HasMaxPromptTokens ? request.MaxPromptTokens : null);
        rules.InRange("tokens_per_message", request.TokensPerMessage, 0, MaxTokensPerMessage);
        rules.ThrowIfBroken();
    }
}
