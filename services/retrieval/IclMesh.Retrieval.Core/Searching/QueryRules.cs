using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;

namespace IclMesh.Retrieval.Core.Searching;

/// <summary>What a vector query must fulfil; the same for every store.</summary>
internal static class QueryRules
{
    /// <summary>Checks a text query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="schema">The collection's schema.</param>
    /// <exception cref="MeshException">With every broken field.</exception>
    public static void Check(TextQuery query, CollectionSchema schema)
    {
        var rules = new RequestRules();
        rules.Require(query.Limit >= 1, "limit", $"must be at least 1, is {query.Limit}");
        rules.ThrowIfBroken();
        if (!schema.TextIndex)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition, ErrorReasons.CapabilityMissing, "mode: the collection was created without a text index");
        }
    }

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
