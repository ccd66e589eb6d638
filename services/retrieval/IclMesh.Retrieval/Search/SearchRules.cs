namespace IclMesh.Retrieval.Search;

/// <summary>What a search request must fulfil before the core sees it.</summary>
internal static class SearchRules
{
    private const int MaxExcludedIds = 10_000;

    /// <summary>Checks a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="MeshException">With every broken field.</exception>
    public static void Check(V1.SearchRequest request, RetrievalOptions options)
    {
        var rules = new RequestRules();
        rules.NotBlank("text", request.Text);
        rules.InRange("k", request.K, 1, options.MaxHits);
        rules.Require(Enum.IsDefined(request.Strategy), "strategy", $"is unknown: {(int)request.Strategy}");
        rules.Require(Enum.IsDefined(request.Mode), "mode", $"is unknown: {(int)request.Mode}");
        rules.Require(
            request.Fusion is null || Enum.IsDefined(request.Fusion.Method), "fusion.method", $"is unknown: {(int?)request.Fusion?.Method}");
        rules.Require(Enum.IsDefined(request.Order), "order", $"is unknown: {(int)request.Order}");
        if (request.LeakGuard is { } guard)
        {
            rules.InRange("leak_guard.excluded_ids", guard.ExcludedIds.Count, 0, MaxExcludedIds);
            var cosine = guard.NearDuplicateCosine;
            rules.Require(
                !guard.HasNearDuplicateCosine || cosine is > 0 and <= 1,
                "leak_guard.near_duplicate_cosine",
                $"must be greater than 0 and at most 1, is {cosine}");
        }

        VectorBytes.Read("vector", request.Vector, rules);
        rules.ThrowIfBroken();
    }
}
