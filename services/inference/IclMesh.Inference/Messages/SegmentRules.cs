using IclMesh.Inference.V1;

namespace IclMesh.Inference.Messages;

/// <summary>What the pieces of a prompt must be.</summary>
internal static class SegmentRules
{
    /// <summary>Checks the pieces of a prompt.</summary>
    public static void Check(RequestRules rules, IReadOnlyList<Segment> segments)
    {
        rules.Require(segments.Count > 0, "segments", "must hold at least one piece");
        for (var index = 0; index < segments.Count; index++)
        {
            var segment = segments[index];
            var known = segment.Kind != SegmentKind.Unspecified && Enum.IsDefined(segment.Kind);
            rules.Require(known, $"segments[{index}].kind", $"unknown value {(int)segment.Kind}");
            var demonstration = segment.Kind is SegmentKind.DemonstrationInput or SegmentKind.DemonstrationLabel;
            rules.Require(
                !demonstration || segment.DemonstrationId.Length > 0, $"segments[{index}].demonstration_id", "must not be empty");
            var protectedKind = segment.Kind is SegmentKind.Instruction or SegmentKind.Query;
            rules.Require(
                !protectedKind || segment.DemonstrationId.Length == 0,
                $"segments[{index}].demonstration_id",
                "must be empty for instruction and query");
        }

        CheckLiteralParts(rules, segments);
        var last = segments.Count - 1;
        rules.Require(
            last < 0 || segments.Any(segment => segment.Kind == SegmentKind.Query) == (segments[last].Kind == SegmentKind.Query),
            $"segments[{Math.Max(0, last)}].kind",
            "the query must come last");
    }

    private static void CheckLiteralParts(RequestRules rules, IReadOnlyList<Segment> segments)
    {
        foreach (var (index, segment) in segments.Index())
        {
            rules.Require(
                segment.LiteralParts.Count == 0 || segment.RecognizeSpecialTokens,
                $"segments[{index}].literal_parts",
                "must be empty without recognize_special_tokens: all of the text is literal then");
            var end = 0;
            foreach (var (part, range) in segment.LiteralParts.Index())
            {
                rules.Require(
                    range.Utf16Start >= end && range.Utf16Length >= 0 && range.Utf16Length <= segment.Text.Length - range.Utf16Start,
                    $"segments[{index}].literal_parts[{part}]",
                    $"must lie behind the part before it and within the {segment.Text.Length} units of the text");
                end = Math.Max(end, range.Utf16Start);
                end += Math.Clamp(range.Utf16Length, 0, segment.Text.Length);
            }
        }
    }
}
