using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Puts chosen demonstrations into the order of the prompt.</summary>
internal static class PromptOrder
{
    /// <summary>Orders hits; equal similarities keep the order of choice when the best comes first, and reverse it when it comes last.</summary>
    /// <param name="hits">The hits in the order of choice.</param>
    /// <param name="request">The request, for order, strategy and seed.</param>
    public static IReadOnlyList<SearchHit> Apply(IReadOnlyList<SearchHit> hits, SearchRequest request) => request.Order switch
    {
        DemonstrationOrder.Usual when request.Strategy == SelectionStrategy.Random => hits,
        DemonstrationOrder.AsChosen => hits,
        DemonstrationOrder.SimilarFirst => [.. BySimilarity(hits)],
        DemonstrationOrder.Usual or DemonstrationOrder.SimilarLast => [.. BySimilarity(hits).Reverse()],
        DemonstrationOrder.SeededRandom => [.. hits
            .OrderBy(hit => SeededDraw.Key(SeededDraw.Hash(hit.Demonstration.Id), SeededDraw.Seed(request.Seed, request.Text) + 1))
            .ThenBy(hit => hit.Demonstration.Id, Utf8Order.Instance)],
        DemonstrationOrder.LabelInterleaved => Interleave(hits),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request.Order, "unknown order"),
    };

    private static IOrderedEnumerable<SearchHit> BySimilarity(IReadOnlyList<SearchHit> hits) =>
        hits.OrderByDescending(hit => hit.Scores.Similarity).ThenBy(hit => hit.Choice);

    private static List<SearchHit> Interleave(IReadOnlyList<SearchHit> hits)
    {
        // Built from the end of the prompt, where the most similar of each label belong.
        var stacks = BySimilarity(hits).GroupBy(hit => hit.Demonstration.Label).Select(group => new Queue<SearchHit>(group)).ToArray();
        var fromEnd = new List<SearchHit>(hits.Count);
        while (fromEnd.Count < hits.Count)
        {
            fromEnd.AddRange(stacks.Where(stack => stack.Count > 0).Select(stack => stack.Dequeue()).ToArray());
        }

        fromEnd.Reverse();
        return fromEnd;
    }
}
