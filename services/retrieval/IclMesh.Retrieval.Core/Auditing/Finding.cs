namespace IclMesh.Retrieval.Core.Auditing;

/// <summary>Something odd about a demonstration.</summary>
/// <param name="Kind">What.</param>
/// <param name="Id">The demonstration.</param>
/// <param name="Label">Its label.</param>
/// <param name="Score">How odd, greater is odder: for <see cref="FindingKind.Mislabelled"/> the probability of the best other label minus that of its own, in (0, 1]; for <see cref="FindingKind.Uncovered"/> the queries of the region; otherwise a cosine, for isolated ones 1 minus it.</param>
/// <param name="SuggestedLabel">The label that its neighbours speak for; empty where that is not the point.</param>
/// <param name="OtherId">The nearest demonstration; empty where there is none.</param>
public sealed record Finding(FindingKind Kind, string Id, string Label, double Score, string SuggestedLabel, string OtherId)
{
    /// <summary>For <see cref="FindingKind.Uncovered"/>: place of the query in the middle of the region.</summary>
    public int Query { get; init; }
}
