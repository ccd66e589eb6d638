namespace IclMesh.Kernel.Core.Theory;

/// <summary>Choices that theorem 1 leaves open.</summary>
/// <param name="NormaliseFeatures">φ(x) = vec(T_x) / P(x | p_pre) instead of vec(T_x).</param>
/// <param name="CutOff">Eigenvalues of Σ below this share of the largest are left out of the pseudo-inverse.</param>
/// <param name="Ridge">Added to every eigenvalue, as a share of the largest.</param>
/// <param name="Clip">Negative kernel values count as 0.</param>
/// <param name="Normalised">Σ e(y) K / Σ K instead of (1/n) Σ e(y) K.</param>
public sealed record OperatorKernelOptions(
    bool NormaliseFeatures = false, double CutOff = 1e-12, double Ridge = 1e-6, bool Clip = true, bool Normalised = true);
