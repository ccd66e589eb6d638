using IclMesh.ServiceDefaults.Rules;

namespace IclMesh.Retrieval.Search;

/// <summary>What a search request must fulfil before the core sees it.</summary>
internal static class SearchRules
{
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
        LeakGuardRules.Check(rules, "leak_guard", request.LeakGuard);
        VectorBytes.Read("vector", request.Vector, rules);
        rules.ThrowIfBroken();
    }
}
