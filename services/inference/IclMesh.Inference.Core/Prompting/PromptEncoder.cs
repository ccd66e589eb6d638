using IclMesh.Inference.Core.Tokenization;

namespace IclMesh.Inference.Core.Prompting;

/// <summary>Tokenises prompts: exact spans of their pieces, whole demonstrations dropped until the budget holds.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="contextLength">Longest sequence in tokens.</param>
public sealed class PromptEncoder(ITextTokenizer tokenizer, int contextLength)
{
    private readonly ChoiceEncoder choiceEncoder = new(tokenizer);

    /// <summary>True where every prompt starts with a begin token.</summary>
    public bool AddsBeginToken => choiceEncoder.AddsBeginToken;

    /// <summary>Tokenises a prompt and its continuations.</summary>
    /// <param name="segments">The pieces in order.</param>
    /// <param name="choices">Continuations, or none.</param>
    /// <param name="budget">Most prompt tokens; null for as many as the model's context allows.</param>
    /// <exception cref="MeshException"><see cref="ErrorReasons.ContextTooLong"/> where what is never dropped does not fit.</exception>
    public Prompt Encode(IReadOnlyList<PromptSegment> segments, IReadOnlyList<string> choices, int? budget)
    {
        var kept = segments;
        var dropped = new List<string>();
        while (true)
        {
            var (context, encoded) = choiceEncoder.Encode(string.Concat(kept.Select(segment => segment.Text)), choices);

            // The last token of a continuation is only predicted, never read.
            var longest = encoded.Count == 0 ? 0 : encoded.Max(choice => choice.Length) - 1;
            var limit = Math.Min(budget ?? int.MaxValue, contextLength - longest);
            var spans = Locate(kept, context);
            if (context.Count <= limit)
            {
                return new() { Tokens = [.. context.Select(token => token.Id)], Choices = encoded, Spans = spans, Dropped = dropped };
            }

            var excess = Excess(spans, context.Count - limit);
            if (excess.Count == 0)
            {
                throw TooLong(limit, context.Count);
            }

            dropped.AddRange(excess);
            kept = [.. kept.Where(segment => segment.DemonstrationId.Length == 0 || !excess.Contains(segment.DemonstrationId))];
        }
    }

    /// <summary>Tokenises for channel scoring: each choice, followed by the query, continues the prompt; the query's tokens are scored.</summary>
    /// <param name="segments">The pieces in order, the query last.</param>
    /// <param name="choices">What is put before the query, for example <c>Label: Positive\nText:</c>.</param>
    /// <param name="budget">Most prompt tokens; null for as many as the model's context allows.</param>
    public Prompt EncodeChannel(IReadOnlyList<PromptSegment> segments, IReadOnlyList<string> choices, int? budget)
    {
        var context = segments.Where(segment => segment.Kind != SegmentKind.Query).ToList();
        var query = string.Concat(segments.Where(segment => segment.Kind == SegmentKind.Query).Select(segment => segment.Text));
        var prompt = Encode(context, [.. choices.Select(choice => choice + query)], budget);
        var text = string.Concat(prompt.Spans.Select(span => span.Segment.Text));
        return prompt with { Unscored = [.. choices.Select((choice, index) => Unscored(text, choice, query, prompt.Choices[index].Length))] };
    }

    private int Unscored(string text, string choice, string query, int length)
    {
        var (_, scored) = choiceEncoder.Encode(text + choice, [query]);
        return scored[0].Length < length
            ? length - scored[0].Length
            : throw MeshException.Invalid("choices", "a choice adds no token before the query");
    }

    /// <summary>The first demonstrations that hold enough tokens together; all of them where even that is too little.</summary>
    private static HashSet<string> Excess(IReadOnlyList<SegmentSpan> spans, int tokens)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var demonstration in spans.Where(span => span.Segment.DemonstrationId.Length > 0)
            .GroupBy(span => span.Segment.DemonstrationId, StringComparer.Ordinal))
        {
            if (tokens <= 0)
            {
                break;
            }

            ids.Add(demonstration.Key);
            tokens -= demonstration.Sum(span => span.Count);
        }

        return ids;
    }

    private static List<SegmentSpan> Locate(IReadOnlyList<PromptSegment> segments, IReadOnlyList<TokenSpan> tokens)
    {
        var spans = new List<SegmentSpan>(segments.Count);
        var (character, token) = (0, 0);

        // Tokens that stand for no text, such as a begin token, come before the first piece.
        while (token < tokens.Count && tokens[token].Length == 0)
        {
            token++;
        }

        var cleanStart = true;
        foreach (var segment in segments)
        {
            var (first, end) = (token, character + segment.Text.Length);
            while (token < tokens.Count && tokens[token].Start < end)
            {
                token++;
            }

            var cleanEnd = token == 0 || tokens[token - 1].Start + tokens[token - 1].Length <= end;
            spans.Add(new(segment, first, token - first, cleanStart && cleanEnd));
            (cleanStart, character) = (cleanEnd, end);
        }

        return spans;
    }

    private static MeshException TooLong(int limit, int actual) => new(
        ErrorKind.InvalidArgument,
        ErrorReasons.ContextTooLong,
        $"segments: instruction and query alone take {actual} tokens, the limit is {limit}")
    {
        Violations = [new("segments", $"instruction and query alone take {actual} tokens, the limit is {limit}")],
        Metadata = new Dictionary<string, string> { ["limit"] = $"{limit}", ["actual"] = $"{actual}" },
    };
}
