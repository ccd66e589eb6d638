using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Core.Prompting;

/// <summary>Tokenises prompts piece by piece, so that every piece has its own tokens; drops whole demonstrations until the budget holds.</summary>
/// <remarks>
/// A demonstration's tokens do not depend on its neighbours: attention over them is its own, and cached prefixes are found again. A prompt
/// that is one piece is tokenised as one text, as other tools do.
/// </remarks>
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
    /// <param name="isFramed">The pieces hold what begins a sequence, as a rendered chat template does: no begin token is added.</param>
    /// <param name="cancellationToken">The caller's; looked at once for each piece and each continuation.</param>
    /// <exception cref="MeshException"><see cref="ErrorReasons.ContextTooLong"/> where what is never dropped does not fit.</exception>
    public Prompt Encode(
        IReadOnlyList<PromptSegment> segments, IReadOnlyList<string> choices, int? budget, bool isFramed = false, CancellationToken cancellationToken = default)
    {
        var kept = segments;
        var dropped = new List<string>();
        while (true)
        {
            var (tokens, spans, encoded) = Tokenize(kept, choices, isFramed, cancellationToken);

            // The last token of a continuation is only predicted, never read.
            var longest = encoded.Count == 0 ? 0 : encoded.Max(choice => choice.Length);
            var room = contextLength - Math.Max(0, longest - 1);
            if (room < 1)
            {
                throw ChoiceTooLong(IndexOf(encoded, longest), longest);
            }

            var limit = Math.Min(budget ?? int.MaxValue, room);

            if (tokens.Length <= limit)
            {
                return new() { Tokens = tokens, Choices = encoded, Spans = spans, Dropped = dropped };
            }

            var excess = Excess(spans, tokens.Length - limit);
            if (excess.Count == 0)
            {
                var what = limit == room && longest > 1 ? $", the context of {contextLength} less {longest - 1} that choices[{IndexOf(encoded, longest)}] takes" : "";
                throw TooLong(limit, tokens.Length, what);
            }

            dropped.AddRange(excess);
            kept = [.. kept.Where(segment => segment.DemonstrationId.Length == 0 || !excess.Contains(segment.DemonstrationId))];
        }
    }

    /// <summary>Tokenises for channel scoring: each choice, followed by the query, continues the prompt; the query's tokens are scored.</summary>
    /// <param name="segments">The pieces in order, the query last.</param>
    /// <param name="choices">What is put before the query, for example <c>Label: Positive\nText:</c>.</param>
    /// <param name="budget">Most prompt tokens; null for as many as the model's context allows.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public Prompt EncodeChannel(IReadOnlyList<PromptSegment> segments, IReadOnlyList<string> choices, int? budget, CancellationToken cancellationToken)
    {
        var context = segments.Where(segment => segment.Kind != SegmentKind.Query).ToList();
        var query = string.Concat(segments.Where(segment => segment.Kind == SegmentKind.Query).Select(segment => segment.Text));
        var prompt = Encode(context, [.. choices.Select(choice => choice + query)], budget, isFramed: false, cancellationToken);
        var last = prompt.Spans.Count == 0 ? "" : prompt.Spans[^1].Segment.Text;
        var continues = prompt.Spans.SkipLast(1).Any(span => span.Segment.Text.Length > 0);
        return prompt with
        {
            Unscored = [.. choices.Select((choice, index) => Unscored(last + choice, query, prompt.Choices[index].Length, continues))],
        };
    }

    private int Unscored(string context, string query, int length, bool continues)
    {
        var (_, scored) = choiceEncoder.Encode(context, [query], continues, SpecialTokenScope.Nowhere, int.MaxValue, CancellationToken.None);
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

    /// <summary>Tokenises piece by piece, the last one together with the continuations.</summary>
    private (int[] Tokens, List<SegmentSpan> Spans, IReadOnlyList<int[]> Choices) Tokenize(
        IReadOnlyList<PromptSegment> segments, IReadOnlyList<string> choices, bool isFramed, CancellationToken cancellationToken)
    {
        var beginLength = isFramed ? 0 : choiceEncoder.BeginLength;
        var spans = new List<SegmentSpan>(segments.Count);
        var ids = new List<int>();
        var continues = false;
        foreach (var segment in segments.SkipLast(1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(segment, choiceEncoder.Tokenize(segment.Text, continues, segment.Scope));
            continues |= segment.Text.Length > 0;
        }

        var last = segments.Count == 0 ? null : segments[^1];
        var (tail, encoded) = choiceEncoder.Encode(
            last?.Text ?? "", choices, continues, last?.Scope ?? SpecialTokenScope.Nowhere, contextLength, cancellationToken);
        if (last is not null)
        {
            Add(last, tail);
        }

        return (choiceEncoder.Frame(ids, isFramed), spans, encoded);

        void Add(PromptSegment segment, IReadOnlyList<TokenSpan> tokens)
        {
            spans.Add(new(segment, beginLength + ids.Count, tokens.Count));
            ids.AddRange(tokens.Select(token => token.Id));
        }
    }

    private static int IndexOf(IReadOnlyList<int[]> choices, int length) => choices.TakeWhile(choice => choice.Length != length).Count();

    private MeshException ChoiceTooLong(int index, int tokens) => TooLong(
        $"choices[{index}]", $"takes {tokens} tokens, the model's context of {contextLength} leaves room for {contextLength} after a prompt of one", contextLength, tokens);

    /// <summary>What is never dropped does not fit.</summary>
    internal static MeshException TooLong(int limit, int actual, string what) =>
        TooLong("segments", $"instruction and query alone take {actual} tokens, the limit is {limit}{what}", limit, actual);

    private static MeshException TooLong(string field, string problem, int limit, int actual) => new(
        ErrorKind.InvalidArgument, ErrorReasons.ContextTooLong, $"{field}: {problem}")
    {
        Violations = [new(field, problem)],
        Metadata = new Dictionary<string, string> { ["limit"] = $"{limit}", ["actual"] = $"{actual}" },
    };
}
