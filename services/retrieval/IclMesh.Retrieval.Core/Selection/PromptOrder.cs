using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Puts chosen demonstrations into the order of the prompt.</summary>
internal static class PromptOrder
{
    /// <summary>Orders hits; equal similarities keep the order of choice when the best comes first, and reverse it when it comes last.</summary>
    /// <param name="hits">The hits in the order of choice.</param>
    /// <param name="request">The request, for order and strategy.</param>
    public static IReadOnlyList<SearchHit> Apply(IReadOnlyList<SearchHit> hits, SearchRequest request) => request.Order switch
    {
        DemonstrationOrder.Usual when request.Strategy == SelectionStrategy.Random => hits,
        DemonstrationOrder.AsChosen => hits,
        DemonstrationOrder.SimilarFirst => [.. BySimilarity(hits)],
        DemonstrationOrder.Usual or DemonstrationOrder.SimilarLast => [.. BySimilarity(hits).Reverse()],
        _ => throw new ArgumentOutOfRangeException(nameof(request), request.Order, "unknown order"),
    };

    private static IOrderedEnumerable<SearchHit> BySimilarity(IReadOnlyList<SearchHit> hits) =>
        hits.OrderByDescending(hit => hit.Similarity).ThenBy(hit => hit.Choice);
}
