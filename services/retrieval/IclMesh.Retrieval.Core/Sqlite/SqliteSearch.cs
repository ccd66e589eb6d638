using IclMesh.Retrieval.Core.Demonstrations;
using IclMesh.Retrieval.Core.Exact;
using IclMesh.Retrieval.Core.Searching;
using IclMesh.Retrieval.Core.Texts;

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
        var read = new Dictionary<(int Slot, MatchContent Content), Demonstration>();
        foreach (var group in Enumerable.Range(0, queries.Count).GroupBy(i => queries[i].Filter?.Text))
        {
            int[] places = [.. group];
            var allowed = reading.Passing(queries[places[0]].Filter);
            ScanQuery[] scanned = [.. places.Select(i => new ScanQuery(view.Table.Metric, queries[i].Vector, queries[i].Limit))];
            var answers = ExactSearch.Search(view.Table, view.State.Slots, view.Dead, allowed, scanned, maxThreads, cancellationToken);
            for (var i = 0; i < places.Length; i++)
            {
                matches[places[i]] = ToMatches(reading, answers[i], queries[places[i]], read);
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
        var words = TextWords.OfQuery(query.Text);
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

        return new(
            [
                .. InOrder(reading, best, hit => hit.Slot, hit => hit.Score, query.Limit)
                    .Select(hit => new TextMatch(reading.BySlot(hit.Slot, query.Content), hit.Score)),
            ],
            Scorer);
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
            .. InOrder(reading, drawn, draw => draw.Slot, draw => ~draw.Key, query.Limit).Select(draw => reading.BySlot(draw.Slot, query.Content)),
        ];
    }

    private static VectorMatches ToMatches(
        CollectionReading reading, ExactAnswer answer, VectorQuery query, Dictionary<(int Slot, MatchContent Content), Demonstration> read)
    {
        var matches = new List<VectorMatch>();
        foreach (var hit in InOrder(reading, answer.Best, hit => hit.Slot, hit => hit.Score, query.Limit))
        {
            // What several queries of a batch find is read and kept once.
            if (!read.TryGetValue((hit.Slot, query.Content), out var demonstration))
            {
                read.Add((hit.Slot, query.Content), demonstration = reading.BySlot(hit.Slot, query.Content));
            }

            matches.Add(new(demonstration, hit.Score));
        }

        return new(matches, new(Exact: true, answer.Visited, answer.Rescored, reading.View.State.Revision));
    }

    /// <summary>The best ones by score, equal ones by id; of ids only those are read that decide something.</summary>
    private static IEnumerable<T> InOrder<T, TScore>(
        CollectionReading reading, IReadOnlyCollection<T> hits, Func<T, int> slot, Func<T, TScore> score, int limit)
        where TScore : notnull
    {
        var taken = 0;
        foreach (var equal in hits.GroupBy(score).OrderByDescending(group => group.Key))
        {
            if (taken == limit)
            {
                yield break;
            }

            T[] members = [.. equal];
            if (members.Length > 1)
            {
                members = [.. members.OrderBy(hit => reading.Rows.IdOf(slot(hit)), Utf8Order.Instance)];
            }

            foreach (var hit in members.Take(limit - taken))
            {
                taken++;
                yield return hit;
            }
        }
    }
}
