using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Auditing;

/// <summary>Finds where queries are asked and no demonstration is.</summary>
/// <param name="store">The store.</param>
internal sealed class Coverage(IDemonstrationStore store)
{
    private const int BatchRows = 64;

    /// <summary>The uncovered regions, the largest first.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="settings">The queries, and how far is too far.</param>
    /// <param name="nearest">Cosine of each demonstration with its nearest.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IReadOnlyList<Finding>> RegionsAsync(
        CollectionInfo collection, AuditSettings settings, IReadOnlyList<double> nearest, CancellationToken cancellationToken)
    {
        if (nearest.Count == 0 || settings.Queries.Count == 0)
        {
            return [];
        }

        var least = nearest.Order().ElementAt((int)(settings.UncoveredShare * nearest.Count));
        var open = new List<(int Query, string Nearest)>();
        var queries = settings.Queries.Select((vector, place) => (Vector: vector, Place: place));
        foreach (var batch in queries.Chunk(BatchRows))
        {
            var answers = await store.SearchAsync(
                collection.Name, [.. batch.Select(query => new VectorQuery(query.Vector, collection.Schema.Model, 1) { Content = MatchContent.Vectors })], cancellationToken);
            foreach (var (query, answer) in batch.Zip(answers))
            {
                // Nothing matches where everything was deleted meanwhile.
                if (answer.Matches is [{ Demonstration: var other }, ..] && VectorMath.Cosine(query.Vector, other.Vector) < least)
                {
                    open.Add((query.Place, other.Id));
                }
            }
        }

        return Regions(settings.Queries, open, least, cancellationToken);
    }

    /// <summary>Takes the query that has most others around it, with those, until none is left.</summary>
    private static List<Finding> Regions(
        IReadOnlyList<float[]> queries, List<(int Query, string Nearest)> open, double least, CancellationToken cancellationToken)
    {
        var around = new List<HashSet<int>>();
        foreach (var (query, _) in open)
        {
            cancellationToken.ThrowIfCancellationRequested();
            around.Add([.. Enumerable.Range(0, open.Count).Where(i =>
                open[i].Query == query || VectorMath.Cosine(queries[query], queries[open[i].Query]) >= least)]);
        }

        var regions = new List<Finding>();
        while (around.Count > 0 && Enumerable.Range(0, open.Count).MaxBy(i => around[i].Count) is var middle && around[middle].Count > 0)
        {
            int[] members = [.. around[middle]];
            regions.Add(new(FindingKind.Uncovered, "", "", members.Length, "", open[middle].Nearest) { Query = open[middle].Query });
            foreach (var member in members)
            {
                around[member] = [];
            }

            foreach (var others in around)
            {
                others.ExceptWith(members);
            }
        }

        return regions;
    }
}
