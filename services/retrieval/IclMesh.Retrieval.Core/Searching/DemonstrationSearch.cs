using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>Finds demonstrations for a query: candidates from the store, leak guard, selection, order.</summary>
/// <param name="store">The store.</param>
/// <param name="budget">What searches may take together; null for the usual.</param>
public sealed class DemonstrationSearch(IDemonstrationStore store, SearchMemory? budget = null)
{
    // Room for the query itself and a few copies; more are fetched where that is not enough.
    private const int LeakReserve = 8;
    private const int CandidatesPerChoice = 10;
    private const int LeastCandidates = 100;
    private const int MaxAttempts = 5;

    private readonly SearchMemory memory = budget ?? SearchMemory.Usual();

    /// <summary>Answers one request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="MeshException">The request is wrong, the collection does not exist, or a quota cannot be met.</exception>
    public async Task<SearchAnswer> SearchAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var collection = await store.GetCollectionAsync(request.Collection, cancellationToken);
        SearchRequestRules.Check(request, collection.Schema);

        var quotas = await QuotasAsync(request, cancellationToken);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var answer = await SelectAsync(request, collection, quotas, cancellationToken);
            if (await new CandidateTexts(store, request.Collection).CompleteAsync(answer.Hits, cancellationToken) is { } hits)
            {
                return answer with { Hits = hits };
            }

            // Somebody replaced or deleted a chosen one meanwhile.
            collection = await store.GetCollectionAsync(request.Collection, cancellationToken);
        }

        throw new MeshException(ErrorKind.Aborted, ErrorReasons.VersionConflict, $"collection '{request.Collection}' changed during each of {MaxAttempts} searches")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
    }

    /// <summary>Chooses; the hits have no texts yet.</summary>
    private async Task<SearchAnswer> SelectAsync(
        SearchRequest request, CollectionInfo collection, IReadOnlyList<LabelQuota> quotas, CancellationToken cancellationToken)
    {
        var source = new CandidateSource(store, request, collection);
        var texts = new CandidateTexts(store, request.Collection);
        var guard = new LeakGuard(request);
        for (var wanted = PoolSize(request); ; wanted *= 2)
        {
            using var reserved = memory.Reserve(Need(request, collection, wanted + LeakReserve, quotas.Count));
            var candidates = await source.FetchAsync(wanted + LeakReserve, [.. quotas.Select(quota => quota.Label)], cancellationToken);
            var rejections = new List<Rejection>();
            var same = await texts.SameAsync(
                candidates.Items.Select(candidate => candidate.Demonstration).Where(guard.IsSuspect), guard.Text, cancellationToken);
            var pool = Guard(candidates.Items, guard, same, wanted, quotas, rejections);
            var signatures = request.DuplicateResemblance is null
                ? null
                : await texts.SignaturesAsync(pool.Select(candidate => candidate.Demonstration), cancellationToken);
            var counted = new CandidatePool(pool, request.Vector.Span);
            var limits = new SelectionLimits(counted, request, quotas, signatures);
            var complete = (candidates.Complete && pool.Count + rejections.Count == candidates.Items.Count)
                || wanted >= SearchRequestRules.MaxCandidates;
            var hits = Choose(request, counted, limits, collection.Schema.Metric, rejections, complete);
            if (hits is not null)
            {
                return new(PromptOrder.Apply(hits, request), rejections, candidates.Report, pool.Count, candidates.TextScorer);
            }
        }
    }

    /// <summary>Bytes that a search takes: candidates with their vectors and directions, and what the strategy keeps of pairs.</summary>
    private static long Need(SearchRequest request, CollectionInfo collection, long limit, int labels)
    {
        var lists = (1 + labels) * (request.Mode == SearchMode.Hybrid ? 2 : 1);
        var rows = Math.Min(limit * lists, collection.Count);
        var pairs = request.Strategy switch
        {
            SelectionStrategy.VoteK => rows * ((rows * (sizeof(float) + sizeof(bool))) + (request.VoteNeighbours * sizeof(int))),
            SelectionStrategy.Similar or SelectionStrategy.Random when request.DuplicateSimilarity is null => 0,
            _ => rows * Math.Min(request.Count, rows) * sizeof(double),
        };
        return (2 * SearchMemory.OfRows(rows, collection.Schema.Dimension)) + pairs;
    }

    private static int PoolSize(SearchRequest request) => request.Candidates ?? (request.Strategy is SelectionStrategy.Similar or SelectionStrategy.Random
        ? request.Count
        : Math.Max(CandidatesPerChoice * request.Count, LeastCandidates));

    private static List<Candidate> Guard(
        IReadOnlyList<Candidate> candidates, LeakGuard guard, IReadOnlySet<string> same, int wanted, IReadOnlyList<LabelQuota> quotas, List<Rejection> rejections)
    {
        var passed = new List<Candidate>();
        foreach (var candidate in candidates)
        {
            // What lies behind the last one wanted was not going to be chosen; with quotas every list's end is another.
            if (passed.Count >= wanted && quotas.Count == 0)
            {
                break;
            }

            if (guard.Check(candidate.Demonstration, same) is { } reason)
            {
                rejections.Add(new(candidate.Demonstration.Id, reason, candidate.Scores.Similarity));
            }
            else
            {
                passed.Add(candidate);
            }
        }

        return passed;
    }

    /// <summary>Chooses, or answers null where more candidates could fill what is missing.</summary>
    private static List<SearchHit>? Choose(
        SearchRequest request,
        CandidatePool pool,
        SelectionLimits limits,
        VectorMetric metric,
        List<Rejection> rejections,
        bool complete)
    {
        try
        {
            var hits = GreedySelection.Run(pool, StrategyFactory.Create(request, pool, metric), limits, request, rejections);
            return hits.Count == request.Count || complete || request.Budget is not null ? hits : null;
        }
        catch (MeshException) when (!complete)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<LabelQuota>> QuotasAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        if (!request.BalanceLabels)
        {
            return request.Quotas;
        }

        var counts = await store.CountLabelsAsync(request.Collection, cancellationToken);
        return counts.Count <= SearchRequestRules.MaxQuotas
            ? LabelBalance.Quotas(counts, request.Count)
            : throw MeshException.TooLarge(ErrorReasons.ProblemTooLarge, "balance_labels: labels of the collection", SearchRequestRules.MaxQuotas, counts.Count);
    }
}
