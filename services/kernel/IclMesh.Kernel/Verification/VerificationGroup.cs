namespace IclMesh.Kernel.Verification;

/// <summary>Cases of one kind, compared with expected values.</summary>
/// <param name="Name">Kind of the cases, for example <c>kernels fp64</c>.</param>
/// <param name="Cases">Cases compared.</param>
/// <param name="LargestDifference">Largest relative difference.</param>
/// <param name="Tolerance">Largest allowed.</param>
/// <param name="Worst">Where the largest difference is.</param>
public sealed record VerificationGroup(string Name, int Cases, double LargestDifference, double Tolerance, string Worst)
{
    /// <summary>The difference is within the tolerance.</summary>
    public bool Passed => LargestDifference <= Tolerance;
}
