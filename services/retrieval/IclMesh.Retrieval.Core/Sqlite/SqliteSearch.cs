using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Searches within one consistent read of a collection.</summary>
internal static class SqliteSearch
{
    private const string Scorer = "bm25";

    /// <summary>The nearest demonstrations of each query; queries with the same filter share one pass over the vectors.</summary>
    /// <param name="reading">The read.</param>
    /// <param name="queries">Checked queries.</param>
    /// <param name="maxThreads">Most threads that the scan uses.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    public static IReadOnlyList<VectorMatches> Nearest(
        CollectionReading reading, IReadOnlyList<VectorQuery> queries, int maxThreads, CancellationToken cancellationToken)
    {
        var view = reading.View;
        var matches = new VectorMatches[queries.Count];
        foreach (var group in Enumerable.Range(0, queries.Count).GroupBy(i => queries[i].Filter?.Text))
        {
            int[] places = [.. group];
            var allowed = reading.Passing(queries[places[0]].Filter);
            ScanQuery[] scanned = [.. places.Select(i => new ScanQuery(view.Table.Metric, queries[i].Vector, queries[i].Limit))];
            var answers = ExactSearch.Search(view.Table, view.State.Slots, view.Dead, allowed, scanned, maxThreads, cancellationToken);
            for (var i = 0; i < places.Length; i++)
            {
                matches[places[i]] = ToMatches(reading, answers[i], queries[places[i]].Limit);
            }
        }

        return matches;
    }

    /// <summary>The demonstrations that share words with a query.</summary>
    /// <param name="reading">The read.</param>
    /// <param name="query">A checked query.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static TextMatches Text(CollectionReading reading, TextQuery query, CancellationToken cancellationToken)
    {
        var words = QueryWords.Of(query.Text);
        if (words.Count == 0)
        {
            return new([], Scorer);
        }

        var allowed = reading.Passing(query.Filter);
        var best = new List<(int Slot, double Score)>();
        foreach (var hit in reading.Rows.Texts(words))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (best.Count >= query.Limit && hit.Score < best[^1].Score)
            {
                break;
            }

            // Ties of the last one are kept: ids decide between them.
            if (allowed?.Contains(hit.Slot) != false)
            {
                best.Add(hit);
            }
        }

        var matches = best
            .Select(hit => (Row: Row(reading, hit.Slot), hit.Score))
            .OrderByDescending(match => match.Score)
            .ThenBy(match => match.Row.Demonstration.Id, Utf8Order.Instance)
            .Take(query.Limit)
            .Select(match => new TextMatch(reading.Complete(match.Row), match.Score));
        return new([.. matches], Scorer);
    }

    /// <summary>A seeded random draw.</summary>
    /// <param name="reading">The read.</param>
    /// <param name="query">What to draw.</param>
    /// <param name="cancellationToken">Stops the draw.</param>
    public static IReadOnlyList<Demonstration> Draw(CollectionReading reading, SampleQuery query, CancellationToken cancellationToken)
    {
        var view = reading.View;
        var drawn = DrawScan.Smallest(view.Table, view.State.Slots, view.Dead, reading.Passing(query.Filter), query.Seed, query.Limit, cancellationToken);
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
