namespace IclMesh.Kernel.Core.Explanation;

/// <summary>One way to read a prediction as kernel regression over its demonstrations.</summary>
/// <param name="Weights">Normalised kernel weight of each demonstration, in [0, 1], sum 1, [N].</param>
/// <param name="Contributions">
/// Signed contribution of each demonstration to the model's label ŷ, [N]: w_i (y_i(ŷ) - 1/C). A demonstration of that label speaks for it,
/// any other against; together they are the kernel's share of votes for ŷ above chance.
/// </param>
/// <param name="RemovalEffects">
/// What removing each demonstration would take from the model's label, [N]: the kernel's probability of that label with the demonstration
/// minus the probability without it, everything renormalised. 0 where all demonstrations have that label.
/// </param>
/// <param name="Probabilities">Label distribution that the kernel gives, [C].</param>
/// <param name="Agrees">Kernel and model name the same label.</param>
/// <param name="EffectiveCount">1 / Σ w²: 1 when one demonstration decides, N when all weigh the same.</param>
public sealed record PredictionView(
    double[] Weights, double[] Contributions, double[] RemovalEffects, double[] Probabilities, bool Agrees, double EffectiveCount);
