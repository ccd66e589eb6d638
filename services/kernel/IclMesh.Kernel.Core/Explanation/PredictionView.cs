namespace IclMesh.Kernel.Core.Explanation;

/// <summary>One way to read a prediction as kernel regression over its demonstrations.</summary>
/// <param name="Weights">Normalised kernel weight of each demonstration, in [0, 1], sum 1, [N].</param>
/// <param name="Contributions">
/// Signed contribution of each demonstration to the model's label, [N]: the kernel's probability of that label with the demonstration minus
/// the probability without it, everything renormalised.
/// </param>
/// <param name="Probabilities">Label distribution that the kernel gives, [C].</param>
/// <param name="Agrees">Kernel and model name the same label.</param>
/// <param name="EffectiveCount">1 / Σ w²: 1 when one demonstration decides, N when all weigh the same.</param>
public sealed record PredictionView(double[] Weights, double[] Contributions, double[] Probabilities, bool Agrees, double EffectiveCount);
