using System.Text.Json;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.HuggingFace;

/// <summary>
/// Reads both spellings of rotary settings: <c>rope_theta</c>, <c>rope_scaling</c>, <c>rotary_pct</c> beside the other fields,
/// and the newer <c>rope_parameters</c> object that holds all of them.
/// </summary>
/// <remarks>Source: <c>RotaryEmbeddingConfigMixin</c> of transformers 5: a rope_scaling that is there replaces rope_parameters.</remarks>
internal static class HuggingFaceRotary
{
    private const double DefaultBase = 10000;
    private const string Theta = "rope_theta";
    private const string Partial = "partial_rotary_factor";

    /// <summary>Settings of a family that rotates whole heads.</summary>
    public static RotarySettings Whole(SettingsReader reader, int headSize)
    {
        var theta = reader.Number(Theta, DefaultBase);
        var share = reader.Number(Partial, 1);
        var (settings, name) = Settings(reader);
        share = settings?.Number(Partial, share) ?? share;
        return share == 1
            ? new(settings?.Number(Theta, theta) ?? theta, headSize, Interleaved: false) { Scaling = Scaling(settings, name), DimensionsName = "head_dim" }
            : throw FileFaults.Unsupported(reader.Path, $"{Partial} = {share} is not supported for this model_type, which rotates whole heads");
    }

    /// <summary>Settings of GPT-NeoX, which rotates a share of each head and has spellings of its own.</summary>
    public static RotarySettings Share(SettingsReader reader, int headSize)
    {
        double theta = reader.Number("rotary_emb_base", DefaultBase), share = reader.Number("rotary_pct", 0.25);
        var (settings, name) = Settings(reader);
        theta = settings?.Number(Theta, theta) ?? theta;
        share = settings?.Number(Partial, share) ?? share;
        var dimensions = share is >= 0 and <= 1
            ? (int)(headSize * share)
            : throw FileFaults.Corrupt(reader.Path, $"rotary_pct or {Partial} must be between 0 and 1, is {share}");
        return new(theta, dimensions, Interleaved: false) { Scaling = Scaling(settings, name), DimensionsName = $"rotary_pct or {Partial}" };
    }

    private static (SettingsReader? Settings, string Name) Settings(SettingsReader reader)
    {
        var (scaling, parameters) = (reader.Object("rope_scaling"), reader.Object("rope_parameters"));
        var older = scaling is { } object_ && object_.Element.EnumerateObject().Any();
        var name = older ? "rope_scaling" : "rope_parameters";
        if ((older ? scaling : parameters) is not { } settings)
        {
            return (null, name);
        }

        return settings.Element.EnumerateObject().Any(field => field.Value.ValueKind == JsonValueKind.Object)
            ? throw FileFaults.Unsupported(reader.Path, $"{name} that differ between layers are not supported")
            : (new(settings), name);
    }

    private static RotaryScaling? Scaling(SettingsReader? settings, string name)
    {
        if (settings is null)
        {
            return null;
        }

        var older = settings.Text("type", "default");
        var type = settings.Text("rope_type", older);
        RotaryScaling? scaling;
        switch (type)
        {
            case "default":
                // Numbers without a type scale nothing in the reference either, which warns of them.
                settings.Ignore("factor", "original_max_position_embeddings");
                scaling = null;
                break;
            case "linear":
                settings.Ignore("original_max_position_embeddings");
                scaling = new("linear", Required(settings, name, "factor"), LowFrequencyFactor: 0, HighFrequencyFactor: 0, OriginalContextLength: 0);
                break;
            case "llama3":
                scaling = new(
                    "llama3",
                    Required(settings, name, "factor"),
                    Required(settings, name, "low_freq_factor"),
                    Required(settings, name, "high_freq_factor"),
                    settings.Required("original_max_position_embeddings", int.MaxValue));
                break;
            case var other:
                throw FileFaults.Unsupported(settings.Path, $"rotary scaling '{other}' ({name}.rope_type) is not supported, default, linear and llama3 are");
        }

        settings.RefuseUnread(_ => false, $"{name} (rope_type '{type}'): ");
        return scaling;
    }

    private static double Required(SettingsReader settings, string name, string field) => settings.Has(field)
        ? settings.Number(field, 0)
        : throw FileFaults.Corrupt(settings.Path, $"{field} of the rotary scaling ({name}) is missing");
}
