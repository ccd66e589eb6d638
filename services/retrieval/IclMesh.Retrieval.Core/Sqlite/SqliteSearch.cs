using IclMesh.Retrieval.Core.Collections;
using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.Core.Selection;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Searches within one consistent read of a collection.</summary>
internal static class SqliteSearch
{
    /// <summary>The nearest demonstrations of a query.</summary>
    /// <param name="reading">The read.</param>
    /// <param name="schema">The collection's schema.</param>
    /// <param name="query">A checked query.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    public static VectorMatches Nearest(
        CollectionReading reading, CollectionSchema schema, VectorQuery query, CancellationToken cancellationToken)
    {
        var view = reading.View;
        var slots = PlainScan.Search(
            view.Table, view.State.Slots, view.Dead, schema.Metric, query.Vector.Span, query.Limit, cancellationToken);
        var matches = slots
            .Select(hit => (Row: Row(reading, hit.Slot), hit.Score))
            .OrderByDescending(match => match.Score)
            .ThenBy(match => match.Row.Demonstration.Id, Utf8Order.Instance)
            .Take(query.Limit)
            .Select(match => new VectorMatch(reading.Complete(match.Row), match.Score));
        return new([.. matches], new(Exact: true, view.Count, view.Count, view.State.Revision));
    }

    /// <summary>A seeded random draw.</summary>
    /// <param name="reading">The read.</param>
    /// <param name="query">What to draw.</param>
    public static IReadOnlyList<Demonstration> Draw(CollectionReading reading, SampleQuery query) =>
    [
        .. reading.Rows.Ids()
            .Select(row => (row.Slot, row.Id, Key: SeededDraw.Key(SeededDraw.Hash(row.Id), query.Seed)))
            .OrderBy(row => row.Key)
            .ThenBy(row => row.Id, Utf8Order.Instance)
            .Take(query.Limit)
            .Select(row => reading.Complete(Row(reading, row.Slot))),
    ];

    private static StoredRow Row(CollectionReading reading, int slot) =>
        reading.Rows.BySlot(slot) ?? throw new InvalidOperationException($"slot {slot} is alive but has no row");
}
