namespace IclMesh.Train.Training;

/// <summary>Settings of a decoder run.</summary>
internal sealed class DecoderOptions(Options options)
{
    public int Seed { get; } = options.Count("seed", 1);

    /// <summary>Wall minutes of the whole run; the rate falls along a cosine to <see cref="LastRateShare"/> at its end.</summary>
    public double Minutes { get; } = options.Number("minutes", 60);

    public double Rate { get; } = options.Number("rate", 1e-3);

    public double LastRateShare { get; } = 0.05;

    public int WarmUp { get; } = 50;

    public int TokensPerStep { get; } = options.Count("tokens-per-step", 6144);

    /// <summary>Rate of the embedding relative to the rest.</summary>
    public double EmbeddingRate { get; } = options.Number("embedding-rate", 1);

    /// <summary>Pull of the embedding back to where it started.</summary>
    public double Anchor { get; } = options.Number("anchor", 0);

    public double Decay { get; } = options.Number("decay", 0);

    /// <summary>Weight of the auxiliary loss: the true class at [OUT].</summary>
    public double ClassWeight { get; } = options.Number("class-weight", 0.5);

    public double RealShareEarly { get; } = 0.5;

    public double RealShare { get; } = options.Number("real-share", 0.65);

    public double LongLabelShare { get; } = options.Number("long-label-share", 0.12);

    /// <summary>Probability of dropping an element of the embedding, shared over a text's positions.</summary>
    public double Dropout { get; } = options.Number("dropout", 0);

    /// <summary>Length of sequences by level and by share of the run that is over.</summary>
    public static int Length(double level, double progress) => level switch
    {
        < 0.1 => 64,
        < 0.25 => 96,
        < 0.5 => 128,
        < 1 => 192,
        _ => progress switch { < 0.4 => 256, < 0.7 => 384, _ => 512 },
    };
}
