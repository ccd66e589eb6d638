namespace IclMesh.Kernel.Core.Theory;

/// <summary>Bias of a task against its distance from the pre-training mixture, as the mixture moves from uniform to that task alone.</summary>
/// <param name="TaskWeight">Weight of the task in the mixture.</param>
/// <param name="Epsilon">ε_θ = ρ(Σ_pre⁻¹ - Σ_θ⁻¹) for the given length, with the ridge below.</param>
/// <param name="Eta">η = max over inputs of the Frobenius norm of T_x.</param>
/// <param name="Bound">η² ε_θ, the theorem's first term.</param>
/// <param name="Bias">max over x' and y of | E_θ[e(y) (K_pre - K_θ)] |, by enumeration.</param>
public sealed record BiasRow(double TaskWeight, double Epsilon, double Eta, double Bound, double Bias);
