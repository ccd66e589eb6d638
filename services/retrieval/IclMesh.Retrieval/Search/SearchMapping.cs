using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Search;

/// <summary>Searches between the wire and the core.</summary>
internal static class SearchMapping
{
    /// <summary>Reads a checked request.</summary>
    /// <param name="wire">The request.</param>
    public static SearchRequest ToCore(this V1.SearchRequest wire) => new()
    {
        Collection = wire.Collection.ToName(),
        Vector = VectorBytes.Read("vector", wire.Vector, new()),
        Model = new(wire.EmbeddingModel, wire.EmbeddingModelVersion),
        Text = wire.Text,
        Count = wire.K,
        Strategy = wire.Strategy switch
        {
            V1.SelectionStrategy.Random => SelectionStrategy.Random,
            _ => SelectionStrategy.Similar,
        },
        Seed = wire.Seed,
        Order = wire.Order switch
        {
            V1.DemonstrationOrder.SimilarFirst => DemonstrationOrder.SimilarFirst,
            V1.DemonstrationOrder.SimilarLast => DemonstrationOrder.SimilarLast,
            V1.DemonstrationOrder.Drawn => DemonstrationOrder.AsChosen,
            _ => DemonstrationOrder.Usual,
        },
        ExcludedIds = [.. wire.LeakGuard?.ExcludedIds ?? []],
        GuardLeaks = wire.LeakGuard is not { Disabled: true },
        LeakSimilarity = wire.LeakGuard is { HasNearDuplicateCosine: true } guard
            ? (float)guard.NearDuplicateCosine
            : SearchRequest.DefaultLeakSimilarity,
    };

    /// <summary>Writes an answer.</summary>
    /// <param name="answer">The answer.</param>
    public static V1.SearchResponse ToWire(this SearchAnswer answer) => new()
    {
        Hits = { answer.Hits.Select(ToWire) },
        Rejections = { answer.Rejections.Select(ToWire) },
        Exact = answer.Report.Exact,
        RowsVisited = answer.Report.Visited,
        RowsRescored = answer.Report.Rescored,
        CollectionVersion = answer.Report.Revision,
    };

    /// <summary>A reason as the wire spells it.</summary>
    /// <param name="reason">The reason.</param>
    public static string ToWire(this RejectionReason reason) => reason switch
    {
        RejectionReason.Excluded => "excluded",
        RejectionReason.SameText => "same text",
        RejectionReason.NearDuplicate => "near duplicate",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "unknown reason"),
    };

    private static V1.Hit ToWire(SearchHit hit) => new()
    {
        Demonstration = hit.Demonstration.ToWire(includeVector: false),
        Similarity = hit.Similarity,
        SimilarityRank = hit.SimilarityRank,
        Reason = hit.Reason,
    };

    private static V1.Rejection ToWire(Rejection rejection) =>
        new() { Id = rejection.Id, Reason = rejection.Reason.ToWire(), Similarity = rejection.Similarity };
}
