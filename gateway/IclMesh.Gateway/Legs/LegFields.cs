namespace IclMesh.Gateway.Legs;

/// <summary>Which field of the caller's request became which field of a leg's: a leg that refuses such a field refuses the caller's.</summary>
/// <param name="fields">Field of the leg, and of the caller; <c>[]</c> stands for the index that the leg names.</param>
internal sealed class LegFields(params IReadOnlyList<(string Leg, string Own)> fields)
{
    /// <summary>Nothing of the leg's request comes from the caller unchecked.</summary>
    public static LegFields None { get; } = new();

    public static LegFields Embed { get; } = new(("model", "encoder"), ("texts", "input"));

    public static LegFields Search { get; } = new(
        ("collection", "collection"),
        ("text", "input"),
        ("k", "selection.k"),
        ("strategy", "selection.strategy"),
        ("order", "selection.order"),
        ("seed", "selection.seed"),
        ("leak_guard", "selection.leak_guard"));

    public static LegFields Score { get; } = new(
        ("model", "model"), ("choices", "labels[].word"), ("max_prompt_tokens", "max_prompt_tokens"), ("attention.poolings", "attention_pooling"));

    public static LegFields Calibrate { get; } = new(("model", "model"), ("choices", "labels[].word"), ("segments", "content_free_inputs"));

    public static LegFields Tokenize { get; } = new(("model", "tokenizer"), ("text", "input"));

    public static LegFields Model { get; } = new(("model", "model"));

    public static LegFields Collection { get; } = new(("name", "name"));

    public static LegFields Page { get; } = new(("page_size", "page_size"), ("page_token", "page_token"));

    public static LegFields Import { get; } = new(
        ("model", "encoder"), ("texts", "demonstrations[].text"), ("collection.name", "collection"), ("collection.attributes", "attributes"), ("collection", "collection"));

    /// <summary>The violations that the caller caused, by his own fields.</summary>
    public IReadOnlyList<FieldViolation> Translate(IEnumerable<FieldViolation> violations) =>
        [.. violations.Select(violation => new FieldViolation(Translate(violation.Field) ?? "", violation.Description)).Where(violation => violation.Field.Length > 0)];

    private string? Translate(string field)
    {
        foreach (var (leg, own) in fields)
        {
            if (!field.StartsWith(leg, StringComparison.Ordinal) || (field.Length > leg.Length && field[leg.Length] is not ('[' or '.')))
            {
                continue;
            }

            var rest = field[leg.Length..];
            var open = own.IndexOf("[]", StringComparison.Ordinal);
            if (open < 0)
            {
                return own + rest;
            }

            // "choices[2]" is "labels[2].word"; of "choices" as a whole only "labels" can be said.
            var close = rest.IndexOf(']', StringComparison.Ordinal);
            return close < 0 ? own[..open] : string.Concat(own.AsSpan(0, open), rest.AsSpan(0, close + 1), own.AsSpan(open + 2), rest.AsSpan(close + 1));
        }

        return null;
    }
}
