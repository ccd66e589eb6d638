using System.Globalization;

namespace IclMesh.Train.Training;

/// <summary>Settings of a decoder run.</summary>
internal sealed class DecoderOptions(Options options)
{
    public int Seed { get; } = options.Count("seed", 1);

    /// <summary>Tokens of the whole run; the rate falls along a cosine to <see cref="LastRateShare"/> at its end, however fast the machine is.</summary>
    public double Tokens { get; } = options.Number("tokens", 30e6);

    public double Rate { get; } = options.Number("rate", 1e-3);

    public double LastRateShare { get; } = 0.05;

    public int WarmUp { get; } = 50;

    public int TokensPerStep { get; } = options.Count("tokens-per-step", 6144);

    /// <summary>Rate of the embedding relative to the rest.</summary>
    public double EmbeddingRate { get; } = options.Number("embedding-rate", 1);

    /// <summary>Pull of the trained part of the embedding to zero: a word that few rows hold should not say which row this is.</summary>
    public double EmbeddingDecay { get; } = options.Number("embedding-decay", 0);

    /// <summary>Pull of the weight matrices to zero.</summary>
    public double Decay { get; } = options.Number("decay", 0);

    /// <summary>Weight of the auxiliary loss: the true class at [OUT].</summary>
    public double ClassWeight { get; } = options.Number("class-weight", 0.5);

    /// <summary>Weight of the kernel loss: the right label by the vote of one head's attention on the labels shown.</summary>
    public double KernelWeight { get; } = options.Number("kernel-weight", 0.3);

    /// <summary>The heads that the kernel loss trains, as <c>layer.head,layer.head</c>.</summary>
    public (int Layer, int Head)[] KernelHeads { get; } = [.. options.Text("kernel-heads", "2.3,3.3").Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Select(h => h.Split('.')).Select(h => (int.Parse(h[0], CultureInfo.InvariantCulture), int.Parse(h[1], CultureInfo.InvariantCulture)))];

    public double LongLabelShare { get; } = options.Number("long-label-share", 0.12);

    /// <summary>Share of real texts that are recombined from two rows.</summary>
    public double Recombined { get; } = options.Number("recombined", 0.8);

    /// <summary>Probability that a meaning dimension is missing from a whole sequence.</summary>
    public double Dropout { get; } = options.Number("dropout", 0);

    /// <summary>Probability that an element of what attention or feed-forward adds to the residual stream is missing.</summary>
    public double LayerDropout { get; } = options.Number("layer-dropout", 0);

    /// <summary>Length of a step's sequences by level; at level 1 it changes from step to step, and the longest hold k=16 of the longest texts.</summary>
    public static int Length(double level, Random random) => level switch
    {
        < 0.1 => 64,
        < 0.25 => 96,
        < 0.5 => 128,
        < 1 => 192,
        _ => random.NextDouble() switch { < 0.45 => 256, < 0.7 => 512, _ => Longest },
    };

    public const int Longest = 1024;

    /// <summary>Share of real episodes: synthetic ones are short, so the longest sequences are mostly real.</summary>
    public static double RealShare(double level, int length) => level switch
    {
        < 0.1 => 0,
        < 1 => 0.5,
        _ => length switch { <= 256 => 0.35, < Longest => 0.5, _ => 0.9 },
    };
}
