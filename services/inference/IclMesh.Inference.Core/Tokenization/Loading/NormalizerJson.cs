using IclMesh.Inference.Core.Sources;
using IclMesh.Inference.Core.Tokenization.Normalization;

namespace IclMesh.Inference.Core.Tokenization.Loading;

/// <summary>The <c>normalizer</c> of a tokenizer.json.</summary>
internal static class NormalizerJson
{
    public static Normalize Read(JsonFields settings)
    {
        switch (settings.Text("type"))
        {
            case "Sequence":
                return Normalizers.Sequence([.. settings.Objects("normalizers").Select(Read)]);
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
                var lowercase = settings.Flag("lowercase") ?? true;
                return BertNormalizer.Create(
                    settings.Flag("clean_text") ?? true,
                    settings.Flag("handle_chinese_chars") ?? true,
                    settings.Flag("strip_accents") ?? lowercase,
                    lowercase);
            case var other:
                throw FileFaults.Unsupported(
                    settings.Path,
                    $"normalizer '{other}' is not supported; Sequence, NFC, NFD, Lowercase, StripAccents, Strip, Prepend, Replace and BertNormalizer are");
        }
    }
}
