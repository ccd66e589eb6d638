using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Makes the strategy that a request names.</summary>
internal static class StrategyFactory
{
    /// <summary>Makes a strategy for a pool.</summary>
    /// <param name="request">The request.</param>
    /// <param name="pool">The candidates.</param>
    /// <param name="metric">The collection's metric.</param>
    public static ISelectionStrategy Create(SearchRequest request, CandidatePool pool, VectorMetric metric)
    {
        var byCosine = request.Mode == SearchMode.Vector && metric == VectorMetric.Cosine;
        return request.Strategy switch
        {
            SelectionStrategy.Similar => new RankedStrategy(pool, "similar", "rank"),
            SelectionStrategy.Random => new RankedStrategy(pool, $"random (seed {request.Seed})", "draw"),
            SelectionStrategy.MaximalMarginalRelevance => new MmrStrategy(pool, pool.UnitRelevance(byCosine), request.Lambda),
            SelectionStrategy.DeterminantalPointProcess => new DppStrategy(pool, pool.UnitRelevance(byCosine), request.DppLambda),
            SelectionStrategy.VoteK => new VoteKStrategy(pool, request.VoteNeighbours, request.Count, request.Confidences),
            SelectionStrategy.Cover => new CoverStrategy(pool, SeededDraw.Seed(request.Seed, request.Text)),
            _ => throw new ArgumentOutOfRangeException(nameof(request), request.Strategy, "unknown strategy"),
        };
    }
}
