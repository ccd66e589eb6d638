using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>What a vector query must fulfil; the same for every store.</summary>
internal static class QueryRules
{
    /// <summary>Checks all queries of a call at once.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="schema">The collection's schema.</param>
    /// <exception cref="MeshException">With every broken field.</exception>
    public static void Check(IReadOnlyList<VectorQuery> queries, CollectionSchema schema)
    {
        var rules = new RequestRules();
        for (var i = 0; i < queries.Count; i++)
        {
            schema.RequireModel(queries[i].Model);
            var prefix = queries.Count == 1 ? "" : $"queries[{i}].";
            DemonstrationRules.CheckVector($"{prefix}vector", queries[i].Vector.Span, schema, rules);
            rules.Require(queries[i].Limit >= 1, $"{prefix}limit", $"must be at least 1, is {queries[i].Limit}");
        }

        rules.ThrowIfBroken();
    }
}
