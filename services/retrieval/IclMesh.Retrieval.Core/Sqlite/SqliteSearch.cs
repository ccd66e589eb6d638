using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Searches within one consistent read of a collection.</summary>
internal static class SqliteSearch
{
    /// <summary>The nearest demonstrations of each query; the queries share one pass over the vectors.</summary>
    /// <param name="reading">The read.</param>
    /// <param name="queries">Checked queries.</param>
    /// <param name="maxThreads">Most threads that the scan uses.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    public static IReadOnlyList<VectorMatches> Nearest(
        CollectionReading reading, IReadOnlyList<VectorQuery> queries, int maxThreads, CancellationToken cancellationToken)
    {
        var view = reading.View;
        ScanQuery[] scanned = [.. queries.Select(query => new ScanQuery(view.Table.Metric, query.Vector, query.Limit))];
        var answers = ExactSearch.Search(view.Table, view.State.Slots, view.Dead, allowed: null, scanned, maxThreads, cancellationToken);
        return [.. answers.Zip(queries, (answer, query) => ToMatches(reading, answer, query.Limit))];
    }

    /// <summary>A seeded random draw.</summary>
    /// <param name="reading">The read.</param>
    /// <param name="query">What to draw.</param>
    /// <param name="cancellationToken">Stops the draw.</param>
    public static IReadOnlyList<Demonstration> Draw(CollectionReading reading, SampleQuery query, CancellationToken cancellationToken)
    {
        var view = reading.View;
        var drawn = DrawScan.Smallest(view.Table, view.State.Slots, view.Dead, allowed: null, query.Seed, query.Limit, cancellationToken);
        return
        [
            .. drawn
                .Select(draw => (draw.Key, Row: Row(reading, draw.Slot)))
                .OrderBy(draw => draw.Key)
                .ThenBy(draw => draw.Row.Demonstration.Id, Utf8Order.Instance)
                .Take(query.Limit)
                .Select(draw => reading.Complete(draw.Row)),
        ];
    }

    private static VectorMatches ToMatches(CollectionReading reading, ExactAnswer answer, int limit)
    {
        var matches = answer.Best
            .Select(hit => (Row: Row(reading, hit.Slot), hit.Score))
            .OrderByDescending(match => match.Score)
            .ThenBy(match => match.Row.Demonstration.Id, Utf8Order.Instance)
            .Take(limit)
            .Select(match => new VectorMatch(reading.Complete(match.Row), match.Score));
        return new([.. matches], new(Exact: true, answer.Visited, answer.Rescored, reading.View.State.Revision));
    }

    private static StoredRow Row(CollectionReading reading, int slot) =>
        reading.Rows.BySlot(slot) ?? throw new InvalidOperationException($"slot {slot} is alive but has no row");
}
