using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>What a search must fulfil.</summary>
internal static class SearchRequestRules
{
    /// <summary>Most candidates that a strategy may choose from: the cosines between them take 4 bytes a pair.</summary>
    public const int MaxCandidates = 10_000;

    /// <summary>Most quotas: each label is searched by itself.</summary>
    public const int MaxQuotas = 1_000;

    /// <summary>Checks a request against the collection.</summary>
    /// <param name="request">The request.</param>
    /// <param name="schema">The collection's schema.</param>
    /// <exception cref="MeshException">With every broken field.</exception>
    public static void Check(SearchRequest request, CollectionSchema schema)
    {
        schema.RequireModel(request.Model);
        var rules = new RequestRules();
        rules.InRange("k", request.Count, 1, MaxCandidates);
        if (request.Candidates is { } candidates && request.Count is >= 1 and <= MaxCandidates)
        {
            rules.InRange("candidates", candidates, request.Count, MaxCandidates);
        }

        DemonstrationRules.CheckVector("vector", request.Vector.Span, schema, rules);
        Unit(rules, "leak_guard.near_duplicate_cosine", request.LeakSimilarity);
        Unit(rules, "near_duplicate_cosine", request.DuplicateSimilarity ?? 1);
        Unit(rules, "near_duplicate_resemblance", request.DuplicateResemblance ?? 1);
        rules.Require(request.Lambda is >= 0 and <= 1, "mmr_lambda", $"must be between 0 and 1, is {request.Lambda}");
        rules.Positive("dpp_lambda", request.DppLambda);
        rules.InRange("vote_neighbours", request.VoteNeighbours, 1, MaxCandidates);
        CheckFusion(request.Fusion, rules);
        CheckQuotas(request, rules);
        CheckBudget(request.Budget, rules);
        rules.Require(
            request.Strategy != SelectionStrategy.Random || request.Mode == SearchMode.Vector, "mode", "must be VECTOR for the strategy RANDOM");
        rules.Require(
            schema.TextIndex || request.Mode == SearchMode.Vector, "mode", "needs a text index, which the collection was created without");
        foreach (var (id, confidence) in request.Confidences)
        {
            rules.Require(double.IsFinite(confidence), $"confidences[{StoredText.Shown(id)}]", $"must be finite, is {confidence}");
        }

        rules.ThrowIfBroken();
    }

    private static void Unit(RequestRules rules, string field, double value) =>
        rules.Require(value is > 0 and <= 1, field, $"must be greater than 0 and at most 1, is {value}");

    private static void CheckFusion(FusionSettings fusion, RequestRules rules)
    {
        rules.Require(double.IsFinite(fusion.VectorWeight) && fusion.VectorWeight >= 0, "fusion.vector_weight", $"must be finite and at least 0, is {fusion.VectorWeight}");
        rules.Require(double.IsFinite(fusion.TextWeight) && fusion.TextWeight >= 0, "fusion.text_weight", $"must be finite and at least 0, is {fusion.TextWeight}");
        rules.Require(double.IsFinite(fusion.RankConstant) && fusion.RankConstant >= 1, "fusion.rank_constant", $"must be finite and at least 1, is {fusion.RankConstant}");
    }

    private static void CheckQuotas(SearchRequest request, RequestRules rules)
    {
        if (!rules.InRange("quotas", request.Quotas.Count, 0, MaxQuotas))
        {
            return;
        }

        var seen = new HashSet<string>();
        for (var i = 0; i < request.Quotas.Count; i++)
        {
            var quota = request.Quotas[i];
            StoredText.Check($"quotas[{i}].label", quota.Label, rules);
            rules.Require(seen.Add(quota.Label), $"quotas[{i}].label", $"'{StoredText.Shown(quota.Label)}' has a quota already");
            rules.Require(quota.Minimum >= 0, $"quotas[{i}].minimum", $"must not be negative, is {quota.Minimum}");
            rules.Require(quota.Maximum >= quota.Minimum, $"quotas[{i}].maximum", $"must be at least the minimum of {quota.Minimum}, is {quota.Maximum}");
        }

        var least = request.Quotas.Sum(quota => (long)quota.Minimum);
        rules.Require(least <= request.Count, "quotas", $"must not ask for more than k = {request.Count} together, ask for {least}");
        rules.Require(!request.BalanceLabels || request.Quotas.Count == 0, "balance_labels", "cannot be combined with quotas");
    }

    private static void CheckBudget(TokenBudget? budget, RequestRules rules)
    {
        if (budget is not null)
        {
            rules.Require(budget.Maximum >= 1, "token_budget.maximum", $"must be at least 1, is {budget.Maximum}");
            rules.Require(budget.PerDemonstration >= 0, "token_budget.per_demonstration", $"must not be negative, is {budget.PerDemonstration}");
            rules.Positive("token_budget.bytes_per_token", budget.BytesPerToken);
        }
    }
}
