using IclMesh.Inference.V1;

namespace IclMesh.Inference.Generate;

/// <summary>What a request for <c>Generate</c> must hold.</summary>
internal static class GenerateRules
{
    private const int MostStopTexts = 16;
    private const int MostChoices = 256;
    private const int MostTopTokens = 100;

    /// <summary>Throws with every broken field.</summary>
    public static void Check(GenerateRequest request)
    {
        var rules = new RequestRules();
        rules.NotBlank("model", request.Model);
        rules.Require(request.InputCase != GenerateRequest.InputOneofCase.None, "input", "text or conversation must be set");
        rules.Require(
            request.InputCase != GenerateRequest.InputOneofCase.Conversation || request.Conversation.Messages.Count > 0,
            "conversation.messages",
            "must hold at least one message");
        rules.Require(
            !request.RecognizeSpecialTokens || request.InputCase == GenerateRequest.InputOneofCase.Text,
            "recognize_special_tokens",
            "is for a text: in a conversation the chat template alone writes special tokens");
        rules.InRange("max_tokens", request.MaxTokens, 0, int.MaxValue);
        rules.InRange("stop_texts", request.StopTexts.Count, 0, MostStopTexts);
        rules.InRange("choices", request.Choices.Count, 0, MostChoices);
        rules.InRange("top_log_probabilities", request.TopLogProbabilities, 0, MostTopTokens);
        rules.Require(
            request.Choices.Count == 0 || request.StopTexts.Count == 0, "stop_texts", "contradicts choices: a choice ends by itself");
        CheckTexts(rules, "stop_texts", request.StopTexts);
        CheckTexts(rules, "choices", request.Choices);
        CheckSampling(rules, request.Sampling ?? new());
        rules.ThrowIfBroken();
    }

    private static void CheckTexts(RequestRules rules, string field, IReadOnlyList<string> texts)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < texts.Count; index++)
        {
            rules.Require(texts[index].Length > 0, $"{field}[{index}]", "must not be empty");
            rules.Require(seen.Add(texts[index]), $"{field}[{index}]", "repeats an earlier one");
        }
    }

    private static void CheckSampling(RequestRules rules, Sampling sampling)
    {
        if (sampling.HasRepetitionPenalty)
        {
            rules.Positive("sampling.repetition_penalty", sampling.RepetitionPenalty);
        }

        var temperature = sampling.Temperature;
        rules.Require(temperature is >= 0 and <= 100, "sampling.temperature", $"must be between 0 and 100, is {temperature}");
        rules.InRange("sampling.top_k", sampling.TopK, 0, int.MaxValue);
        rules.Require(
            !sampling.HasTopP || sampling.TopP is > 0 and <= 1, "sampling.top_p", $"must be greater than 0 and at most 1, is {sampling.TopP}");
        rules.Require(sampling.MinP is >= 0 and <= 1, "sampling.min_p", $"must be between 0 and 1, is {sampling.MinP}");
        var narrows = sampling.TopK > 0 || sampling.HasTopP || sampling.MinP > 0;
        rules.Require(
            temperature > 0 || !narrows, "sampling.temperature", "is 0, the most probable token: top_k, top_p and min_p contradict it");
    }
}
