using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>Finds demonstrations for a query: candidates from the store, leak guard, selection, order.</summary>
/// <param name="store">The store.</param>
public sealed class DemonstrationSearch(IDemonstrationStore store)
{
    // Room for the query itself and a few copies; more are fetched where that is not enough.
    private const int LeakReserve = 8;

    /// <summary>Answers one request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="MeshException">The request is wrong or the collection does not exist.</exception>
    public async Task<SearchAnswer> SearchAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var collection = await store.GetCollectionAsync(request.Collection, cancellationToken);
        Check(request, collection.Schema);

        var guard = new LeakGuard(request);
        for (var limit = request.Count + LeakReserve; ; limit *= 2)
        {
            var (candidates, report) = await CandidatesAsync(request, collection, limit, cancellationToken);
            var rejections = new List<Rejection>();
            var hits = new List<SearchHit>();
            for (var i = 0; i < candidates.Count && hits.Count < request.Count; i++)
            {
                var (demonstration, score) = candidates[i];
                if (guard.Check(demonstration) is { } reason)
                {
                    rejections.Add(new(demonstration.Id, reason, score));
                }
                else
                {
                    hits.Add(request.Strategy == SelectionStrategy.Random
                        ? new(demonstration, score, SimilarityRank: 0, hits.Count, $"random: draw {i + 1} of seed {request.Seed}")
                        : new(demonstration, score, SimilarityRank: i + 1, hits.Count, $"similar: rank {i + 1}"));
                }
            }

            if (hits.Count == request.Count || candidates.Count < limit)
            {
                return new(PromptOrder.Apply(hits, request), rejections, report);
            }
        }
    }

    private static void Check(SearchRequest request, CollectionSchema schema)
    {
        schema.RequireModel(request.Model);
        var rules = new RequestRules();
        rules.Require(request.Count >= 1, "k", $"must be at least 1, is {request.Count}");
        rules.Require(
            request.LeakSimilarity is > 0 and <= 1,
            "leak_guard.near_duplicate_cosine",
            $"must be greater than 0 and at most 1, is {request.LeakSimilarity}");
        DemonstrationRules.CheckVector("vector", request.Vector.Span, schema, rules);
        rules.ThrowIfBroken();
    }

    private async Task<(IReadOnlyList<VectorMatch> Candidates, SearchReport Report)> CandidatesAsync(
        SearchRequest request, CollectionInfo collection, int limit, CancellationToken cancellationToken)
    {
        if (request.Strategy != SelectionStrategy.Random)
        {
            var answers = await store.SearchAsync(request.Collection, [new(request.Vector, request.Model, limit)], cancellationToken);
            return (answers[0].Matches, answers[0].Report);
        }

        var query = request.Vector;
        var norm = VectorMath.Norm(query.Span);
        var seed = SeededDraw.Seed(request.Seed, request.Text);
        var sample = await store.SampleAsync(request.Collection, new(seed, limit), cancellationToken);
        var scored = sample.Select(drawn => new VectorMatch(
            drawn, VectorMath.Score(collection.Schema.Metric, query.Span, norm, drawn.Vector, VectorMath.Norm(drawn.Vector))));
        return ([.. scored], new(Exact: true, collection.Count, sample.Count, collection.Revision));
    }
}
