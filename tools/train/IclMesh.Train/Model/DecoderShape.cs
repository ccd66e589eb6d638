using System.Globalization;

namespace IclMesh.Train.Model;

/// <summary>Sizes of the decoder.</summary>
/// <param name="Vocabulary">V.</param>
/// <param name="Meaning">Leading embedding dimensions that are trained.</param>
/// <param name="Code">Trailing embedding dimensions: a fixed random code of each token, which the output head reads back.</param>
/// <param name="FeedForward">F.</param>
/// <param name="Slopes">ALiBi slopes by layer and head; 0 is a head without position.</param>
internal sealed record DecoderShape(int Vocabulary, int Meaning, int Code, int FeedForward, float[][] Slopes)
{
    public const float Epsilon = 1e-5f;

    public int Hidden => Meaning + Code;

    public int Layers => Slopes.Length;

    public int Heads => Slopes[0].Length;

    public int HeadSize => Hidden / Heads;

    /// <summary>Reads <c>0.6,0.2,0,0;0.6,0.2,0,0</c>: heads by commas, layers by semicolons.</summary>
    public static float[][] ParseSlopes(string text) =>
        [.. text.Split(';').Select(layer => layer.Split(',').Select(s => float.Parse(s, CultureInfo.InvariantCulture)).ToArray())];
}
