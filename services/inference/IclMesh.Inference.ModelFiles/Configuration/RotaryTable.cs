
namespace IclMesh.Inference.ModelFiles.Configuration;

/// <summary>Rotary angles.</summary>
/// <remarks>
/// Source: J. Su et al., "RoFormer", 2021; <c>llama3</c> scaling as in the reference implementation of Llama 3.1. Angles are products of
/// fp32 numbers, as in the frameworks that models are trained with: exact angles would be off by up to 1e-4 at position 2,000.
/// </remarks>
internal static class RotaryTable
{
    /// <summary>Fills a table of [positions, dimensions / 2].</summary>
    /// <param name="rotary">Settings.</param>
    /// <param name="table">Receives the values, row by row.</param>
    /// <param name="function">Sine or cosine.</param>
    public static void Fill(RotarySettings rotary, Span<float> table, Func<double, double> function)
    {
        var frequencies = Frequencies(rotary);
        for (var index = 0; index < table.Length; index++)
        {
            table[index] = (float)function((float)(index / frequencies.Length) * frequencies[index % frequencies.Length]);
        }
    }

    /// <summary>Undoes the rotation of one head's vector.</summary>
    /// <param name="rotary">Settings.</param>
    /// <param name="position">Position that the vector was rotated by.</param>
    /// <param name="head">The vector; changed in place.</param>
    public static void Undo(RotarySettings rotary, int position, Span<float> head)
    {
        var frequencies = Frequencies(rotary);
        for (var pair = 0; pair < frequencies.Length; pair++)
        {
            var first = rotary.Interleaved ? 2 * pair : pair;
            var second = rotary.Interleaved ? first + 1 : pair + frequencies.Length;
            var (sine, cosine) = Math.SinCos((float)position * frequencies[pair]);
            var (a, b) = (head[first], head[second]);
            head[first] = (float)((a * cosine) + (b * sine));
            head[second] = (float)((b * cosine) - (a * sine));
        }
    }

    /// <summary>Radians per position, [dimensions / 2].</summary>
    public static float[] Frequencies(RotarySettings rotary)
    {
        var frequencies = new float[rotary.Dimensions / 2];
        for (var pair = 0; pair < frequencies.Length; pair++)
        {
            var frequency = 1 / (float)Math.Pow(rotary.Base, (float)(2 * pair) / rotary.Dimensions);
            frequency = rotary.FrequencyDivisors.Count == 0 ? frequency : frequency / rotary.FrequencyDivisors[pair];
            frequencies[pair] = (float)Scaled(rotary.Scaling, frequency);
        }

        return frequencies;
    }

    private static double Scaled(RotaryScaling? scaling, double frequency)
    {
        switch (scaling?.Kind)
        {
            case null:
                return frequency;
            case "linear":
                return frequency / scaling.Factor;
            case "llama3":
                var turns = scaling.OriginalContextLength * frequency / (2 * Math.PI);
                var blend = Math.Clamp(
                    (turns - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor), 0, 1);
                return frequency * (blend + ((1 - blend) / scaling.Factor));
            default:
                throw new MeshException(
                    ErrorKind.Unimplemented, ErrorReasons.FormatUnsupported, $"rotary scaling '{scaling.Kind}' is not supported");
        }
    }
}
