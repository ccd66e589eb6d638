using IclMesh.Retrieval.Core.Filters;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Search;

/// <summary>Searches between the wire and the core.</summary>
internal static class SearchMapping
{
    /// <summary>Reads a checked request.</summary>
    /// <param name="wire">The request.</param>
    public static SearchRequest ToCore(this V1.SearchRequest wire) => new()
    {
        Collection = wire.Collection.ToName("collection"),
        Vector = VectorBytes.Read("vector", wire.Vector, new()),
        Model = new(wire.EmbeddingModel, wire.EmbeddingModelVersion),
        Text = wire.Text,
        Count = wire.K,
        Strategy = wire.Strategy switch
        {
            V1.SelectionStrategy.Random => SelectionStrategy.Random,
            V1.SelectionStrategy.Mmr => SelectionStrategy.MaximalMarginalRelevance,
            V1.SelectionStrategy.Dpp => SelectionStrategy.DeterminantalPointProcess,
            V1.SelectionStrategy.VoteK => SelectionStrategy.VoteK,
            V1.SelectionStrategy.Cover => SelectionStrategy.Cover,
            _ => SelectionStrategy.Similar,
        },
        Seed = wire.Seed,
        Order = wire.Order switch
        {
            V1.DemonstrationOrder.SimilarFirst => DemonstrationOrder.SimilarFirst,
            V1.DemonstrationOrder.SimilarLast => DemonstrationOrder.SimilarLast,
            V1.DemonstrationOrder.Drawn => DemonstrationOrder.AsChosen,
            V1.DemonstrationOrder.SeededRandom => DemonstrationOrder.SeededRandom,
            V1.DemonstrationOrder.LabelInterleaved => DemonstrationOrder.LabelInterleaved,
            _ => DemonstrationOrder.Usual,
        },
        ExcludedIds = [.. wire.LeakGuard?.ExcludedIds ?? []],
        GuardLeaks = wire.LeakGuard is not { Disabled: true },
        LeakSimilarity = wire.LeakGuard is { HasNearDuplicateCosine: true } guard
            ? (float)guard.NearDuplicateCosine
            : SearchRequest.DefaultLeakSimilarity,
        Filter = Filter.Parse(wire.Filter),
        Mode = wire.Mode switch
        {
            V1.SearchMode.Text => SearchMode.Text,
            V1.SearchMode.Hybrid => SearchMode.Hybrid,
            _ => SearchMode.Vector,
        },
        Fusion = ToCore(wire.Fusion ?? new()),
        Candidates = wire.HasCandidates ? wire.Candidates : null,
        Lambda = wire.HasMmrLambda ? wire.MmrLambda : 0.5,
        DppLambda = wire.HasDppLambda ? wire.DppLambda : 0.05,
        VoteNeighbours = wire.HasVoteNeighbours ? wire.VoteNeighbours : 150,
        Confidences = wire.Confidences.ToDictionary(),
        Quotas = [.. wire.Quotas.Select(quota => new LabelQuota(quota.Label, quota.Minimum, quota.HasMaximum ? quota.Maximum : int.MaxValue))],
        BalanceLabels = wire.BalanceLabels,
        DuplicateSimilarity = wire.HasNearDuplicateCosine ? (float)wire.NearDuplicateCosine : null,
        DuplicateResemblance = wire.HasNearDuplicateResemblance ? wire.NearDuplicateResemblance : null,
        Budget = wire.TokenBudget is { } budget
            ? new(budget.Maximum, budget.PerDemonstration, budget.CostKey, budget.HasBytesPerToken ? budget.BytesPerToken : 4)
            : null,
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
        Candidates = answer.Candidates,
        TextScorer = answer.TextScorer,
        RecallEstimate = answer.Report.Recall?.ToWire(),
        FilterStarved = answer.Report.Starved,
    };

    /// <summary>Writes an estimate.</summary>
    /// <param name="estimate">The estimate.</param>
    public static V1.RecallEstimate ToWire(this RecallEstimate estimate) => new()
    {
        Recall = estimate.Recall,
        Lower = estimate.Lower,
        Upper = estimate.Upper,
        CheckedSearches = estimate.Checks,
    };

    /// <summary>A reason as the wire spells it.</summary>
    /// <param name="reason">The reason.</param>
    public static string ToWire(this RejectionReason reason) => reason switch
    {
        RejectionReason.Excluded => "excluded",
        RejectionReason.SameText => "same text",
        RejectionReason.NearDuplicate => "near duplicate",
        RejectionReason.NearDuplicateOfChosen => "near duplicate of chosen",
        RejectionReason.NearDuplicateTextOfChosen => "near duplicate text of chosen",
        RejectionReason.QuotaFull => "quota full",
        RejectionReason.OverBudget => "over budget",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "unknown reason"),
    };

    private static FusionSettings ToCore(V1.Fusion wire) => new(
        wire.Method == V1.FusionMethod.NormalizedScore ? FusionMethod.NormalizedScore : FusionMethod.ReciprocalRank,
        wire.HasVectorWeight ? wire.VectorWeight : 1,
        wire.HasTextWeight ? wire.TextWeight : 1,
        wire.HasRankConstant ? wire.RankConstant : 60);

    private static V1.Hit ToWire(SearchHit hit)
    {
        var wire = new V1.Hit
        {
            Demonstration = hit.Demonstration.ToWire(includeVector: false),
            Similarity = hit.Scores.Similarity,
            SimilarityRank = hit.Scores.VectorRank,
            Reason = hit.Reason,
            TextRank = hit.Scores.TextRank,
            Gain = hit.Scores.Gain,
            Choice = hit.Choice,
        };
        if (hit.Scores.TextScore is { } text)
        {
            wire.TextScore = text;
        }

        if (hit.Scores.FusedScore is { } fused)
        {
            wire.FusedScore = fused;
        }

        if (hit.Scores.Cost is { } cost)
        {
            wire.Cost = cost;
        }

        return wire;
    }

    private static V1.Rejection ToWire(Rejection rejection) =>
        new() { Id = rejection.Id, Reason = rejection.Reason.ToWire(), Similarity = rejection.Similarity, Of = rejection.Of };
}
