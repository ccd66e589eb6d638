namespace IclMesh.Kernel.Core.Selection;

/// <summary>What held-out label distributions are judged by.</summary>
public enum HeldOutLoss
{
    /// <summary>Squared distance of label vectors (Brier).</summary>
    Squared,

    /// <summary>-log of the true label's probability, floored at 1e-12.</summary>
    Logarithmic,

    /// <summary>Share of wrong labels.</summary>
    ZeroOne,
}
