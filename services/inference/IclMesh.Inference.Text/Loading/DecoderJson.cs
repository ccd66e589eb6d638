using IclMesh.Inference.Text.Decoding;
using IclMesh.Inference.Text.Settings;
using IclMesh.Inference.Text.Splitting;

namespace IclMesh.Inference.Text.Loading;

/// <summary>The <c>decoder</c> of a tokenizer.json.</summary>
internal static class DecoderJson
{
    public static TokenDecoder Read(JsonFields settings)
    {
        var type = settings.Text("type");
        ComponentFields.Check($"decoder {type}", settings, Required(type), Optional(type));
        switch (type)
        {
            case "Sequence":
                return Decoders.Sequence([.. settings.Objects("decoders").Select(Read)]);
            case "ByteLevel":
                return Decoders.ByteLevel;
            case "WordPiece":
                return Decoders.WordPiece(settings.Text("prefix") ?? "##", settings.Flag("cleanup") ?? true);
            case "Metaspace":
                return Decoders.Metaspace(
                    SplitterJson.Character(settings, "replacement"), SplitterJson.Scheme(settings) != PrefixScheme.Never);
            case "Replace":
                return Decoders.Replace(PatternJson.Read(settings), settings.Text("content") ?? "");
            case "ByteFallback":
                return Decoders.ByteFallback;
            case "Fuse":
                return Decoders.Fuse;
            case "Strip":
                return settings.Text("content") is { Length: 1 } content
                    ? Decoders.Strip(content[0], settings.Integer("start") ?? 0, settings.Integer("stop") ?? 0)
                    : throw FileFaults.Corrupt(settings.Path, "decoder Strip: content must be one character");
            default:
                throw FileFaults.Unsupported(
                    settings.Path,
                    $"decoder '{type}' is not supported; Sequence, ByteLevel, WordPiece, Metaspace, Replace, ByteFallback, Fuse and Strip are");
        }
    }

    private static string Required(string? type) => type switch
    {
        "Sequence" => "decoders",
        "WordPiece" => "prefix cleanup",
        "Metaspace" => "replacement",
        "Replace" => "pattern content",
        "Strip" => "content start stop",
        _ => "",
    };

    private static string Optional(string? type) => type switch
    {
        // They concern the pre-tokenizers of the same names.
        "ByteLevel" => "add_prefix_space trim_offsets use_regex",
        "Metaspace" => "str_rep prepend_scheme add_prefix_space split",
        _ => "",
    };
}
