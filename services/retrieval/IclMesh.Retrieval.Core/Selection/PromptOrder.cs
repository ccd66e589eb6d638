using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Puts chosen demonstrations into the order of the prompt.</summary>
internal static class PromptOrder
{
    /// <summary>Orders hits; those without a similarity count as least similar, equal ones keep the order of choice.</summary>
    /// <param name="hits">The hits in the order of choice.</param>
    /// <param name="order">The order asked for.</param>
    public static IReadOnlyList<SearchHit> Apply(IReadOnlyList<SearchHit> hits, DemonstrationOrder order) => order switch
    {
        DemonstrationOrder.AsSelected => hits,
        DemonstrationOrder.SimilarFirst => [.. BySimilarity(hits)],
        DemonstrationOrder.SimilarLast => [.. BySimilarity(hits).Reverse()],
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "unknown order"),
    };

    private static IOrderedEnumerable<SearchHit> BySimilarity(IReadOnlyList<SearchHit> hits) =>
        hits.OrderByDescending(hit => hit.Similarity ?? float.NegativeInfinity).ThenBy(hit => hit.Rank);
}
