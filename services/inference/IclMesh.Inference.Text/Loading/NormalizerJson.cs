using IclMesh.Inference.Text.Normalization;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.Text.Loading;

/// <summary>The <c>normalizer</c> of a tokenizer.json.</summary>
internal static class NormalizerJson
{
    /// <param name="settings">The object.</param>
    /// <param name="configuration">What other files of the model say; it concerns a BertNormalizer that is the only one.</param>
    public static TextNormalizer Read(JsonFields settings, TokenizerConfiguration configuration)
    {
        var type = settings.Text("type");
        ComponentFields.Check($"normalizer {type}", settings, Required(type), Optional(type));
        switch (type)
        {
            case "Sequence":
                return Normalizers.Sequence([.. settings.Objects("normalizers").Select(step => Read(step, new()))]);
            case "NFC":
                return CanonicalForms.Compose;
            case "NFD":
                return CanonicalForms.Decompose;
            case "Lowercase":
                return Normalizers.Lowercase;
            case "StripAccents":
                return Normalizers.StripAccents;
            case "Strip":
                return Normalizers.Strip(settings.Flag("strip_left") ?? true, settings.Flag("strip_right") ?? true);
            case "Prepend":
                return Normalizers.Prepend(settings.Text("prepend") ?? "");
            case "Replace":
                return Normalizers.Replace(PatternJson.Read(settings), settings.Text("content") ?? "");
            case "BertNormalizer":
                var lowercase = configuration.Lowercases ?? settings.Flag("lowercase") ?? true;
                return BertNormalizer.Create(
                    settings.Flag("clean_text") ?? true,
                    configuration.SeparatesChinese ?? settings.Flag("handle_chinese_chars") ?? true,
                    configuration.StripsAccents ?? settings.Flag("strip_accents") ?? lowercase,
                    lowercase);
            case "Precompiled":
                // Converters write null where a SentencePiece model has no table.
                return Map(settings) is { } map ? PrecompiledNormalizer.Create(map) : text => text;
            default:
                throw FileFaults.Unsupported(
                    settings.Path,
                    $"normalizer '{type}' is not supported; Sequence, NFC, NFD, Lowercase, StripAccents, Strip, Prepend, Replace, BertNormalizer and Precompiled are");
        }
    }

    private static string Required(string? type) => type switch
    {
        "Sequence" => "normalizers",
        "Strip" => "strip_left strip_right",
        "Prepend" => "prepend",
        "Replace" => "pattern content",
        "BertNormalizer" => "clean_text handle_chinese_chars lowercase",
        "Precompiled" => "precompiled_charsmap",
        _ => "",
    };

    private static string Optional(string? type) => type == "BertNormalizer" ? "strip_accents" : "";

    private static PrecompiledMap? Map(JsonFields settings)
    {
        var text = settings.Text("precompiled_charsmap") ?? "";
        if (text.Length == 0)
        {
            return null;
        }

        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) && PrecompiledMap.TryRead(bytes.AsSpan(0, count)) is { } map
            ? map
            : throw FileFaults.Corrupt(settings.Path, "normalizer Precompiled: precompiled_charsmap is no table of replacements");
    }
}
