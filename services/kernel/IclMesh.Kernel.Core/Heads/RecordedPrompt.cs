namespace IclMesh.Kernel.Core.Heads;

/// <summary>What one prompt leaves behind for a head scan.</summary>
/// <param name="Attention">Attention pooled per demonstration, one array [L, H, N] per pooling.</param>
/// <param name="Labels">Label of each demonstration, [N].</param>
/// <param name="ModelLabel">The model's label.</param>
/// <param name="GoldLabel">True label, or -1 where it is not known.</param>
/// <param name="LogProbabilities">The model's label log-probabilities, [C]; null where only the label is known.</param>
/// <param name="IsReport">The prompt reports; false: it selects.</param>
public sealed record RecordedPrompt(
    IReadOnlyList<float[]> Attention, int[] Labels, int ModelLabel, int GoldLabel, double[]? LogProbabilities, bool IsReport);
