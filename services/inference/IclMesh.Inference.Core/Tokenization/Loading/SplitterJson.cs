using IclMesh.Inference.Core.Sources;
using IclMesh.Inference.Core.Tokenization.Splitting;

namespace IclMesh.Inference.Core.Tokenization.Loading;

/// <summary>The <c>pre_tokenizer</c> of a tokenizer.json.</summary>
internal static class SplitterJson
{
    public static Split Read(JsonFields settings)
    {
        switch (settings.Text("type"))
        {
            case "Sequence":
                return Splitters.Sequence([.. settings.Objects("pretokenizers").Select(Read)]);
            case "ByteLevel":
                return ByteLevelSplitter.Create(settings.Flag("add_prefix_space") ?? true, settings.Flag("use_regex") ?? true);
            case "Split":
                return Splitters.Pattern(PatternJson.Read(settings), Behavior(settings, null), settings.Flag("invert") ?? false);
            case "BertPreTokenizer":
                return Splitters.Bert();
            case "Metaspace":
                return MetaspaceSplitter.Create(
                    settings.Text("replacement", "str_rep") ?? "\u2581", Scheme(settings), settings.Flag("split") ?? true);
            case "Digits":
                return Splitters.Digits(settings.Flag("individual_digits") ?? false);
            case "Punctuation":
                return Splitters.Punctuation(Behavior(settings, SplitBehavior.Isolated));
            case "Whitespace":
                return Splitters.WordsAndSymbols();
            case "WhitespaceSplit":
                return Splitters.WhiteSpace();
            case var other:
                throw FileFaults.Unsupported(
                    settings.Path,
                    $"pre_tokenizer '{other}' is not supported; Sequence, ByteLevel, Split, BertPreTokenizer, Metaspace, Digits, Punctuation, Whitespace and WhitespaceSplit are");
        }
    }

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
