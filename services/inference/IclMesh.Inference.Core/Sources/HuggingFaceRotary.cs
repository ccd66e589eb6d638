using System.Text.Json;

namespace IclMesh.Inference.Core.Sources;

/// <summary>
/// Reads both spellings of rotary settings: <c>rope_theta</c>, <c>rope_scaling</c>, <c>rotary_pct</c> beside the other fields,
/// and the newer <c>rope_parameters</c> object that holds all of them.
/// </summary>
internal static class HuggingFaceRotary
{
    private const double DefaultBase = 10000;

    public static RotarySettings Read(JsonFields fields, int headSize, double defaultShare, bool interleaved)
    {
        var parameters = fields.Object("rope_parameters");
        if (parameters is { } perLayer && perLayer.Element.EnumerateObject().Any(field => field.Value.ValueKind == JsonValueKind.Object))
        {
            throw FileFaults.Unsupported(fields.Path, "rope_parameters that differ between layers are not supported");
        }

        var theta = parameters?.Number("rope_theta") ?? fields.Number("rope_theta", "rotary_emb_base") ?? DefaultBase;
        var share = parameters?.Number("partial_rotary_factor") ?? fields.Number("partial_rotary_factor", "rotary_pct") ?? defaultShare;
        return new(theta, (int)(headSize * share), interleaved)
        {
            Scaling = Scaling(fields, parameters ?? fields.Object("rope_scaling")),
        };
    }

    private static RotaryScaling? Scaling(JsonFields fields, JsonFields? settings)
    {
        if (settings is not { } scaling)
        {
            return null;
        }

        switch (scaling.Text("rope_type", "type") ?? "default")
        {
            case "default":
                return null;
            case "linear":
                return new("linear", Required(scaling, "factor"), LowFrequencyFactor: 0, HighFrequencyFactor: 0, OriginalContextLength: 0);
            case "llama3":
                return new(
                    "llama3",
                    Required(scaling, "factor"),
                    Required(scaling, "low_freq_factor"),
                    Required(scaling, "high_freq_factor"),
                    scaling.RequiredInteger("original_max_position_embeddings"));
            case var other:
                throw FileFaults.Unsupported(fields.Path, $"rotary scaling '{other}' is not supported, default, linear and llama3 are");
        }
    }

    private static double Required(JsonFields scaling, string name) =>
        scaling.Number(name) ?? throw FileFaults.Corrupt(scaling.Path, $"{name} of the rotary scaling is missing");
}
