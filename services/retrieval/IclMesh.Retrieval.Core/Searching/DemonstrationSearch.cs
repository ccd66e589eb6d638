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
            foreach (var match in candidates)
            {
                if (hits.Count == request.Count)
                {
                    break;
                }

                if (guard.Check(match.Demonstration) is { } rejection)
                {
                    rejections.Add(rejection);
                }
                else
                {
                    hits.Add(new(match.Demonstration, request.Vector is null ? null : match.Score, hits.Count));
                }
            }

            if (hits.Count == request.Count || candidates.Count < limit)
            {
                return new(PromptOrder.Apply(hits, request.Order), rejections, report);
            }
        }
    }

    private static void Check(SearchRequest request, CollectionSchema schema)
    {
        var rules = new RequestRules();
        rules.Require(request.Count >= 1, "count", $"must be at least 1, is {request.Count}");
        rules.Require(!float.IsNaN(request.LeakSimilarity), "leak_similarity", "must not be NaN");
        if (request.Vector is { } vector)
        {
            schema.RequireModel(request.Model);
            DemonstrationRules.CheckVector("vector", vector.Span, schema, rules);
        }
        else
        {
            rules.Require(request.Strategy == SelectionStrategy.Random, "vector", $"is needed by the strategy '{request.Strategy}'");
        }

        rules.ThrowIfBroken();
    }

    private async Task<(IReadOnlyList<VectorMatch> Candidates, SearchReport Report)> CandidatesAsync(
        SearchRequest request, CollectionInfo collection, int limit, CancellationToken cancellationToken)
    {
        if (request.Strategy == SelectionStrategy.Random)
        {
            var sample = await store.SampleAsync(request.Collection, new(request.Seed, limit), cancellationToken);
            var scored = sample.Select(drawn => new VectorMatch(drawn, Score(request, collection.Schema, drawn)));
            return ([.. scored], new(Exact: true, collection.Count, request.Vector is null ? 0 : sample.Count, collection.Revision));
        }

        var answers = await store.SearchAsync(request.Collection, [new(request.Vector!.Value, limit, request.Model)], cancellationToken);
        return (answers[0].Matches, answers[0].Report);
    }

    private static float Score(SearchRequest request, CollectionSchema schema, Demonstration drawn) => request.Vector is { } vector
        ? VectorMath.Score(schema.Metric, vector.Span, VectorMath.Norm(vector.Span), drawn.Vector, VectorMath.Norm(drawn.Vector))
        : 0;
}
