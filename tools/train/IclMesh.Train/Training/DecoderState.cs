namespace IclMesh.Train.Training;

/// <summary>What a resumed run needs beside the tensors.</summary>
internal sealed class DecoderState
{
    public int Step { get; set; }

    public long Tokens { get; set; }

    /// <summary>Wall seconds of training, for the curve; the schedule runs on tokens.</summary>
    public double Seconds { get; set; }

    /// <summary>Difficulty of synthetic episodes, 0 to 1.</summary>
    public double Level { get; set; }

    /// <summary>Running accuracy on labels already shown, synthetic and real episodes.</summary>
    public double SeenSynthetic { get; set; }

    public double SeenReal { get; set; }

    public double Loss { get; set; }

    public double KernelLoss { get; set; }

    public double ClassLoss { get; set; }

    public double ClassAccuracy { get; set; }
}
