namespace IclMesh.Inference.Core.Verification;

/// <summary>One quantity compared with independent expected values.</summary>
/// <param name="Source">File or folder of the expected values, relative to the golden folder.</param>
/// <param name="Quantity">What was compared, for example <c>logits</c>.</param>
/// <param name="Compared">Numbers (or rows, or tokens) compared.</param>
/// <param name="LargestDifference">Largest absolute difference; for exact quantities the number of unequal rows.</param>
/// <param name="Tolerance">Largest difference allowed.</param>
/// <param name="Worst">Where the largest difference is.</param>
public sealed record VerificationCheck(
    string Source, string Quantity, long Compared, double LargestDifference, double Tolerance, string Worst)
{
    /// <summary>The difference is within tolerance, and something was compared.</summary>
    public bool Passed => Compared > 0 && LargestDifference <= Tolerance;
}
