using IclMesh.Inference.Text.Settings;
using IclMesh.Inference.Text.Splitting;

namespace IclMesh.Inference.Text.Loading;

/// <summary>The <c>pre_tokenizer</c> of a tokenizer.json.</summary>
internal static class SplitterJson
{
    /// <param name="settings">The object.</param>
    /// <param name="configuration">What other files of the model say; it concerns a ByteLevel that is the only one.</param>
    public static TextSplitter Read(JsonFields settings, TokenizerConfiguration configuration)
    {
        var type = settings.Text("type");
        ComponentFields.Check($"pre_tokenizer {type}", settings, Required(type), Optional(type));
        switch (type)
        {
            case "Sequence":
                return Splitters.Sequence([.. settings.Objects("pretokenizers").Select(step => Read(step, new()))]);
            case "ByteLevel":
                var addsSpace = settings.Flag("add_prefix_space") ?? true;
                return (configuration.AddsPrefixSpace ?? addsSpace) == addsSpace
                    ? ByteLevelSplitter.Create(addsSpace, settings.Flag("use_regex") ?? true)
                    : throw FileFaults.Unsupported(settings.Path, "add_prefix_space of tokenizer_config.json contradicts pre_tokenizer ByteLevel, which is not supported");
            case "Split":
                return Splitters.Pattern(PatternJson.Read(settings), Behavior(settings, null), settings.Flag("invert") ?? false);
            case "BertPreTokenizer":
                return Splitters.Bert();
            case "CharDelimiterSplit":
                return Splitters.Delimiter(Character(settings, "delimiter"));
            case "FixedLength":
                return Splitters.FixedLength(settings.Integer("length") is { } length
                    ? length > 0 ? length : throw FileFaults.Corrupt(settings.Path, $"pre_tokenizer FixedLength: length must be at least 1, is {length}")
                    : 5);
            case "Metaspace":
                return MetaspaceSplitter.Create(Character(settings, "replacement"), Scheme(settings), settings.Flag("split") ?? true);
            case "Digits":
                return Splitters.Digits(settings.Flag("individual_digits") ?? false);
            case "Punctuation":
                return Splitters.Punctuation(Behavior(settings, SplitBehavior.Isolated));
            case "UnicodeScripts":
                return Splitters.Scripts();
            case "Whitespace":
                return Splitters.WordsAndSymbols();
            case "WhitespaceSplit":
                return Splitters.WhiteSpace();
            default:
                throw FileFaults.Unsupported(
                    settings.Path,
                    $"pre_tokenizer '{type}' is not supported; Sequence, ByteLevel, Split, BertPreTokenizer, CharDelimiterSplit, FixedLength, Metaspace, Digits, Punctuation, "
                    + "UnicodeScripts, Whitespace and WhitespaceSplit are");
        }
    }

    /// <summary>A setting that is one character; also used by the Metaspace decoder.</summary>
    public static string Character(JsonFields settings, string name) => settings.Text(name) is { } text && text.EnumerateRunes().Take(2).Count() == 1
        ? text
        : throw FileFaults.Corrupt(settings.Path, $"{settings.Text("type")}: {name} must be one character");

    private static string Required(string? type) => type switch
    {
        "Sequence" => "pretokenizers",
        "ByteLevel" => "add_prefix_space",
        "Split" => "pattern behavior",
        "CharDelimiterSplit" => "delimiter",
        "Metaspace" => "replacement",
        "Digits" => "individual_digits",
        _ => "",
    };

    private static string Optional(string? type) => type switch
    {
        // trim_offsets concerns the post-processor of the same name; str_rep repeats replacement.
        "ByteLevel" => "trim_offsets use_regex",
        "Split" => "invert",
        "FixedLength" => "length",
        "Metaspace" => "str_rep prepend_scheme add_prefix_space split",
        "Punctuation" => "behavior",
        _ => "",
    };

    /// <summary>Also used by the Metaspace decoder; older files have a flag in place of the scheme.</summary>
    public static PrefixScheme Scheme(JsonFields settings) => settings.Text("prepend_scheme") switch
    {
        "always" => PrefixScheme.Always,
        "first" => PrefixScheme.First,
        "never" => PrefixScheme.Never,
        null => settings.Flag("add_prefix_space") ?? true ? PrefixScheme.Always : PrefixScheme.Never,
        var other => throw FileFaults.Corrupt(settings.Path, $"prepend_scheme must be always, first or never, is '{other}'"),
    };

    private static SplitBehavior Behavior(JsonFields settings, SplitBehavior? otherwise) => settings.Text("behavior") switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        null when otherwise is not null => otherwise.Value,
        var other => throw FileFaults.Corrupt(settings.Path, $"behavior '{other}' is not one of {string.Join(", ", Enum.GetNames<SplitBehavior>())}"),
    };
}
