using IclMesh.Inference.Text.Settings;
using IclMesh.Inference.Text.Tokens;

namespace IclMesh.Inference.Text.Loading;

/// <summary>What tokenizer_config.json says about a tokenizer beside its own file; each setting is null where it says nothing.</summary>
internal sealed record TokenizerConfiguration
{
    /// <summary>Begin and end token.</summary>
    public SequenceBoundaries Boundaries { get; init; } = new();

    /// <summary>Name of the class in transformers.</summary>
    public string? TokenizerClass { get; init; }

    /// <summary>Texts begin with the begin token (<c>add_bos_token</c>).</summary>
    public bool? AddsBegin { get; init; }

    /// <summary>Texts end with the end token (<c>add_eos_token</c>).</summary>
    public bool? AddsEnd { get; init; }

    /// <summary>Numbered extra tokens of T5 (<c>extra_ids</c>).</summary>
    public int? ExtraIds { get; init; }

    /// <summary><c>do_lower_case</c>, which outranks the normalizer of BERT's tokenizers.</summary>
    public bool? Lowercases { get; init; }

    /// <summary><c>strip_accents</c>, likewise.</summary>
    public bool? StripsAccents { get; init; }

    /// <summary><c>tokenize_chinese_chars</c>, likewise.</summary>
    public bool? SeparatesChinese { get; init; }

    /// <summary><c>add_prefix_space</c>, which must agree with a byte-level tokenizer.</summary>
    public bool? AddsPrefixSpace { get; init; }

    /// <summary>Tokens of <c>added_tokens_decoder</c>, with their ids; they outrank those of the tokenizer's own file.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>Tokens that are named for a role (<c>bos_token</c>, <c>additional_special_tokens</c>, ...); their ids are those of the vocabulary.</summary>
    public IReadOnlyList<AddedToken> SpecialTokens { get; init; } = [];

    /// <summary>Merges these tokens into those of the tokenizer's own file.</summary>
    /// <param name="path">Path of the tokenizer's own file, for errors.</param>
    /// <param name="added">The file's added tokens; receives the result.</param>
    /// <param name="entries">Token text to id of the subword model.</param>
    /// <exception cref="MeshException">Both files name a token and disagree about its id.</exception>
    public void Merge(string path, List<AddedToken> added, Dictionary<string, int> entries)
    {
        foreach (var token in AddedTokens)
        {
            var known = added.Find(other => other.Text == token.Text)?.Id ?? (entries.TryGetValue(token.Text, out var id) ? id : token.Id);
            if (known != token.Id)
            {
                throw FileFaults.Corrupt(path, $"token '{token.Text}' has id {known} here and {token.Id} in added_tokens_decoder of tokenizer_config.json");
            }

            added.RemoveAll(other => other.Text == token.Text);
            added.Add(token);
        }

        // A role's token that no vocabulary holds cannot be read by the model, so its spelling stays text.
        foreach (var token in SpecialTokens)
        {
            if (added.TrueForAll(other => other.Text != token.Text) && entries.TryGetValue(token.Text, out var id))
            {
                added.Add(token with { Id = id });
            }
        }
    }

    /// <summary>The frame that a tokenizer's own file gives, with the begin and end token put or left out as this configuration says.</summary>
    /// <param name="path">Path of the tokenizer's own file, for errors.</param>
    /// <param name="frame">The file's frame.</param>
    /// <param name="begin">The begin token.</param>
    /// <param name="end">The end token.</param>
    public SequenceFrame Framed(string path, SequenceFrame frame, int? begin, int? end)
    {
        var (before, after) = (frame.Before, frame.After);
        if (AddsBegin is { } addsBegin && addsBegin != (before.Count > 0 && before[0] == begin))
        {
            before = addsBegin ? [Known(begin, "add_bos_token", "bos_token"), .. before] : before.Count > 0 && before[0] == begin ? [.. before.Skip(1)] : before;
        }

        if (AddsEnd is { } addsEnd && addsEnd != (after.Count > 0 && after[^1] == end))
        {
            after = addsEnd ? [.. after, Known(end, "add_eos_token", "eos_token")] : after.Count > 0 && after[^1] == end ? [.. after.SkipLast(1)] : after;
        }

        return frame with { Before = before, After = after };

        int Known(int? token, string setting, string name) => token
            ?? throw FileFaults.Corrupt(path, $"tokenizer_config.json sets {setting}, but its {name} is not in the vocabulary");
    }
}
