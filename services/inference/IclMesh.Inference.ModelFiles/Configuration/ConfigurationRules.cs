using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Configuration;

/// <summary>What must hold between the numbers of a configuration before anything is built from them.</summary>
internal static class ConfigurationRules
{
    // Beyond every published model; products of two sizes still fit 64 bits, and no loop over them can hang a caller.
    public const int MaximumLayers = 4096;
    public const int MaximumWidth = 1 << 24;

    public static ModelConfiguration Check(string path, ModelConfiguration model)
    {
        var names = model.Names;
        Range(path, names.Layers, model.Layers, MaximumLayers);
        Range(path, names.Hidden, model.HiddenSize, MaximumWidth);
        Range(path, names.Heads, model.Heads, MaximumWidth);
        Range(path, names.KeyValueHeads, model.KeyValueHeads, model.Heads);
        Range(path, names.HeadSize, model.HeadSize, MaximumWidth);
        Range(path, names.FeedForward, model.FeedForwardSize, MaximumWidth);
        Range(path, names.Vocabulary, model.VocabularySize, MaximumWidth);
        Range(path, names.Context, model.ContextLength, int.MaxValue);
        Require(path, model.Heads % model.KeyValueHeads == 0, $"{names.KeyValueHeads} ({model.KeyValueHeads}) does not divide {names.Heads} ({model.Heads})");
        Require(path, float.IsFinite(model.NormEpsilon) && model.NormEpsilon >= 0, $"{names.NormEpsilon} must be finite and not negative, is {model.NormEpsilon}");
        if (model.Family is ModelFamily.Gpt2 or ModelFamily.GptJ or ModelFamily.GptNeoX or ModelFamily.Bert or ModelFamily.IclMeshTiny)
        {
            Require(
                path,
                (long)model.Heads * model.HeadSize == model.HiddenSize,
                $"{names.Heads} ({model.Heads}) does not divide {names.Hidden} ({model.HiddenSize})");
        }

        if (model.Family == ModelFamily.Bert)
        {
            Range(path, names.TokenTypes, model.TokenTypes, MaximumWidth);
        }

        if (model.Rotary is { } rotary)
        {
            Check(path, model, rotary);
        }

        if (model.Family == ModelFamily.IclMeshTiny)
        {
            Require(
                path,
                model.AlibiSlopes.Count == (long)model.Layers * model.Heads && model.AlibiSlopes.All(float.IsFinite),
                $"alibi_slopes must be {model.Layers} lists of {model.Heads} finite numbers");
        }

        return model;
    }

    private static void Check(string path, ModelConfiguration model, RotarySettings rotary)
    {
        var what = $"rotated dimensions of a head of {model.HeadSize} ({rotary.DimensionsName})";
        Range(path, what, rotary.Dimensions, model.HeadSize);
        Require(path, rotary.Dimensions % 2 == 0, $"{what} must be even, is {rotary.Dimensions}");
        Require(path, double.IsFinite(rotary.Base) && rotary.Base > 0, $"rotary base ({model.Names.RotaryBase}) must be greater than 0, is {rotary.Base}");
        Require(
            path,
            rotary.FrequencyDivisors.Count == 0
                || (rotary.FrequencyDivisors.Count == rotary.Dimensions / 2 && rotary.FrequencyDivisors.All(divisor => float.IsFinite(divisor) && divisor > 0)),
            $"rope_freqs.weight must hold {rotary.Dimensions / 2} finite numbers greater than 0");
        Scaling(path, rotary);
        Require(
            path,
            RotaryTable.Frequencies(rotary).All(frequency => float.IsFinite(frequency * model.ContextLength)),
            $"rotary base ({model.Names.RotaryBase}) {rotary.Base} and its scaling give angles beyond fp32");
    }

    private static void Scaling(string path, RotarySettings rotary)
    {
        if (rotary.Scaling is not { } scaling)
        {
            return;
        }

        Require(path, scaling.Factor > 0, $"factor of the rotary scaling must be greater than 0, is {scaling.Factor}");
        if (scaling.Kind == "llama3")
        {
            Range(path, "original_max_position_embeddings of the rotary scaling", scaling.OriginalContextLength, int.MaxValue);
            Require(
                path,
                scaling.LowFrequencyFactor > 0 && scaling.HighFrequencyFactor > scaling.LowFrequencyFactor,
                $"0 < low_freq_factor < high_freq_factor must hold, they are {scaling.LowFrequencyFactor} and {scaling.HighFrequencyFactor}");
        }
    }

    private static void Range(string path, string what, int value, int maximum) =>
        Require(path, value >= 1 && value <= maximum, $"{what} must be between 1 and {maximum}, is {value}");

    private static void Require(string path, bool holds, string message)
    {
        if (!holds)
        {
            throw FileFaults.Corrupt(path, message);
        }
    }
}
