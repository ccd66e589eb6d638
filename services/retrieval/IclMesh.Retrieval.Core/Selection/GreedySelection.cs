using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Selection;

/// <summary>Runs a strategy within the limits.</summary>
internal static class GreedySelection
{
    /// <summary>Chooses up to the wanted number.</summary>
    /// <param name="pool">The candidates, the most relevant first.</param>
    /// <param name="strategy">The strategy.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="request">The request, for count and budget.</param>
    /// <param name="rejections">Receives what the limits refused.</param>
    /// <returns>The hits in the order of choice.</returns>
    public static List<SearchHit> Run(
        CandidatePool pool, ISelectionStrategy strategy, SelectionLimits limits, SearchRequest request, List<Rejection> rejections)
    {
        var open = Enumerable.Range(0, pool.Count).ToList();
        var hits = new List<SearchHit>();
        while (hits.Count < request.Count && Best(open, strategy, limits, rejections) is { } best)
        {
            var (candidate, gain) = best;
            var (demonstration, scores, _) = pool.Candidates[candidate];
            hits.Add(new(demonstration, scores with { Gain = gain, Cost = request.Budget?.Cost(demonstration) }, hits.Count, strategy.Explain(candidate)));
            strategy.Take(candidate);
            limits.Take(candidate);
            open.Remove(candidate);
        }

        limits.RequireMinimums();
        return hits;
    }

    private static (int Candidate, double Gain)? Best(
        List<int> open, ISelectionStrategy strategy, SelectionLimits limits, List<Rejection> rejections)
    {
        while (true)
        {
            (int Candidate, double Gain)? best = null;
            foreach (var candidate in open)
            {
                if (limits.HasPlace(candidate) && strategy.Gain(candidate) is var gain && (best is null || gain > best.Value.Gain))
                {
                    best = (candidate, gain);
                }
            }

            // The limits are asked about the best one only: what would not have been chosen anyway was not rejected.
            if (best is not { } found || limits.Refusal(found.Candidate) is not { } refusal)
            {
                return best;
            }

            rejections.Add(refusal);
            open.Remove(found.Candidate);
        }
    }
}
