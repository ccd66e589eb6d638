namespace IclMesh.Inference.Core.Sources;

/// <summary>What must hold between the numbers of a configuration before anything is built from them.</summary>
internal static class ConfigurationRules
{
    // Beyond every published model; products of two sizes still fit 64 bits, and no loop over them can hang a caller.
    private const int MaximumLayers = 4096;
    private const int MaximumWidth = 1 << 24;

    public static ModelConfiguration Check(string path, ModelConfiguration model)
    {
        Range(path, "number of layers", model.Layers, MaximumLayers);
        Range(path, "hidden size", model.HiddenSize, MaximumWidth);
        Range(path, "number of attention heads", model.Heads, MaximumWidth);
        Range(path, "number of key-value heads", model.KeyValueHeads, model.Heads);
        Range(path, "head size", model.HeadSize, MaximumWidth);
        Range(path, "feed-forward size", model.FeedForwardSize, MaximumWidth);
        Range(path, "vocabulary size", model.VocabularySize, MaximumWidth);
        Range(path, "context length", model.ContextLength, int.MaxValue);
        Require(path, model.Heads % model.KeyValueHeads == 0, $"{model.KeyValueHeads} key-value heads do not divide {model.Heads} attention heads");
        Require(path, float.IsFinite(model.NormEpsilon) && model.NormEpsilon >= 0, $"norm epsilon must be finite and not negative, is {model.NormEpsilon}");
        if (model.Family is ModelFamily.Gpt2 or ModelFamily.GptJ or ModelFamily.GptNeoX or ModelFamily.Bert or ModelFamily.IclMeshTiny)
        {
            Require(
                path, (long)model.Heads * model.HeadSize == model.HiddenSize, $"{model.Heads} attention heads do not divide the hidden size {model.HiddenSize}");
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
        Range(path, "number of rotated dimensions", rotary.Dimensions, model.HeadSize);
        Require(path, rotary.Dimensions % 2 == 0, $"number of rotated dimensions must be even, is {rotary.Dimensions}");
        Require(path, double.IsFinite(rotary.Base) && rotary.Base > 0, $"rotary base must be greater than 0, is {rotary.Base}");
        if (rotary.Scaling is not { } scaling)
        {
            return;
        }

        Require(path, scaling.Factor > 0, $"rotary scaling factor must be greater than 0, is {scaling.Factor}");
        if (scaling.Kind == "llama3")
        {
            Range(path, "original context length of the rotary scaling", scaling.OriginalContextLength, int.MaxValue);
            Require(
                path,
                scaling.LowFrequencyFactor > 0 && scaling.HighFrequencyFactor > scaling.LowFrequencyFactor,
                $"rotary frequency factors must be 0 < low < high, are {scaling.LowFrequencyFactor} and {scaling.HighFrequencyFactor}");
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
