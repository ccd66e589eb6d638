using IclMesh.Inference.Messages;
using IclMesh.Inference.V1;

namespace IclMesh.Inference.Score;

/// <summary>What a request for <c>Score</c> must hold.</summary>
internal static class ScoreRules
{
    /// <summary>Most choices of one call.</summary>
    public const int MaxChoices = 256;

    /// <summary>Throws with every broken field.</summary>
    public static void Check(ScoreRequest request)
    {
        var rules = new RequestRules();
        rules.NotBlank("model", request.Model);
        rules.InRange("choices", request.Choices.Count, 1, MaxChoices);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < request.Choices.Count; index++)
        {
            rules.Require(request.Choices[index].Length > 0, $"choices[{index}]", "must not be empty");
            rules.Require(seen.Add(request.Choices[index]), $"choices[{index}]", "repeats an earlier choice");
        }

        if (request.HasMaxPromptTokens)
        {
            rules.InRange("max_prompt_tokens", request.MaxPromptTokens, 1, int.MaxValue);
        }

        rules.Require(Enum.IsDefined(request.Normalization), "normalization", $"unknown value {(int)request.Normalization}");
        rules.Require(Enum.IsDefined(request.Method), "method", $"unknown value {(int)request.Method}");
        SegmentRules.Check(rules, request.Segments);
        rules.Require(
            request.Method != ScoreMethod.Channel || request.Segments.Any(segment => segment.Kind == SegmentKind.Query && segment.Text.Length > 0),
            "method",
            "CHANNEL scores the query: there must be one that is not empty");
        var query = request.Segments.Index().LastOrDefault(segment => segment.Item.Kind == SegmentKind.Query, (0, new()));
        rules.Require(
            request.Method != ScoreMethod.Channel || !query.Item.RecognizeSpecialTokens,
            $"segments[{query.Index}].recognize_special_tokens",
            "is not possible for a query that CHANNEL scores");
        rules.Require(
            request.Method != ScoreMethod.Channel || request.Normalization != ScoreNormalization.Unconditional,
            "normalization",
            "UNCONDITIONAL contradicts the method CHANNEL");
        CheckAttention(rules, request);
        rules.ThrowIfBroken();
    }

    private static void CheckAttention(RequestRules rules, ScoreRequest request)
    {
        if (request.Attention is null)
        {
            return;
        }

        rules.Require(request.Attention.Poolings.Count > 0, "attention.poolings", "must hold at least one pooling");
        var seen = new HashSet<AttentionPooling>();
        for (var index = 0; index < request.Attention.Poolings.Count; index++)
        {
            var pooling = request.Attention.Poolings[index];
            var known = pooling != AttentionPooling.Unspecified && Enum.IsDefined(pooling);
            if (rules.Require(known, $"attention.poolings[{index}]", $"unknown value {(int)pooling}"))
            {
                rules.Require(seen.Add(pooling), $"attention.poolings[{index}]", "repeats an earlier pooling");
            }
        }
    }
}
