namespace IclMesh.Retrieval.Core.Searching;

/// <summary>Share of the true nearest demonstrations that approximate searches return, measured by repeating a sample of them exactly.</summary>
/// <param name="Recall">Mean over the checked searches, in [0, 1].</param>
/// <param name="Lower">Lower end of its 95 % interval, in [0, 1].</param>
/// <param name="Upper">Upper end of its 95 % interval, in [0, 1].</param>
/// <param name="Checks">Searches that were checked, 1 or more.</param>
public sealed record RecallEstimate(double Recall, double Lower, double Upper, int Checks)
{
    /// <summary>The estimate from single searches.</summary>
    /// <remarks>
    /// The interval is E. B. Wilson's (1927) for a proportion of as many trials as searches. A share in [0, 1] varies at most as much as a yes or no
    /// of the same mean, so the interval is on the wide side; and it does not shrink to nothing while every check finds everything.
    /// </remarks>
    /// <param name="recalls">Recall of each checked search, in [0, 1]; at least one.</param>
    public static RecallEstimate Of(IReadOnlyCollection<double> recalls)
    {
        ArgumentNullException.ThrowIfNull(recalls);
        var (recall, low, high) = ConfidenceInterval.Wilson(recalls.Sum(), recalls.Count);
        return new(recall, low, high, recalls.Count);
    }
}
