namespace IclMesh.Kernel.Core.Heads;

/// <summary>How well a layer's attention to demonstrations tells those with the model's label from the others.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="AreaUnderCurve">AUCROC of the mean attention over heads, over all demonstrations of the report prompts.</param>
/// <param name="CumulativeShare">Σ_{i≤l} (AUC_i - 0.5) / Σ (AUC_i - 0.5), R_l of "Label Words are Anchors" (Wang et al. 2023).</param>
public sealed record LayerScore(int Layer, double AreaUnderCurve, double CumulativeShare);
