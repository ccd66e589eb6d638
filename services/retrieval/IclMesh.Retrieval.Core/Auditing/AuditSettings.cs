namespace IclMesh.Retrieval.Core.Auditing;

/// <summary>How a collection is audited.</summary>
/// <param name="Neighbours">Nearest demonstrations that speak for or against a label, 2 to 256.</param>
/// <param name="Bandwidth">Width of the Gaussian kernel over the distance 1 − cosine, greater than 0.</param>
/// <param name="RedundantSimilarity">Cosine at or above which two demonstrations say the same, in (0, 1].</param>
/// <param name="IsolatedShare">Share of the demonstrations that count as isolated: those with the least similar nearest neighbours, in [0, 1].</param>
public sealed record AuditSettings(int Neighbours = 32, double Bandwidth = 0.25, double RedundantSimilarity = 0.98, double IsolatedShare = 0.01)
{
    /// <summary>Most queries of one audit: every uncovered one is compared with all others.</summary>
    public const int MaxQueries = 2_000;

    /// <summary>Embeddings of queries that were asked, each [D].</summary>
    public IReadOnlyList<float[]> Queries { get; init; } = [];

    /// <summary>A query is uncovered where its nearest demonstration is further away than this share of the demonstrations are from theirs, in (0, 1).</summary>
    public double UncoveredShare { get; init; } = 0.05;
}
