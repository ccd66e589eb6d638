using System.Threading.Channels;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Core.Postgres;

/// <summary>Repeats a sample of the approximate searches exactly, one at a time and in the background, and keeps what share of the truth they held.</summary>
/// <remarks>
/// Searches with a filter and without one are kept apart, because an index finds less of what a filter scatters. Of each kind the first search
/// is checked and then one in a fixed number; a check that finds the collection changed since says nothing and is dropped.
/// </remarks>
internal sealed class RecallMonitor : IAsyncDisposable
{
    private const int Window = 256;
    private const int Queue = 8;

    private readonly int interval;
    private readonly Func<PostgresCollection, VectorQuery, CancellationToken, Task<VectorMatches>> exact;
    private readonly Action<Exception> failed;
    private readonly Channel<(PostgresCollection Collection, VectorQuery Query, VectorMatches Answer)> waiting =
        Channel.CreateBounded<(PostgresCollection, VectorQuery, VectorMatches)>(Queue);

    private readonly Dictionary<(long Collection, bool Filtered), Subject> subjects = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Task worker;

    /// <summary>Starts the background work.</summary>
    /// <param name="interval">One in so many searches is checked; 0 checks none.</param>
    /// <param name="exact">Answers a query exactly, with the revision that it read.</param>
    /// <param name="failed">Is told about a check that ended with an error.</param>
    public RecallMonitor(
        int interval, Func<PostgresCollection, VectorQuery, CancellationToken, Task<VectorMatches>> exact, Action<Exception> failed)
    {
        this.interval = interval;
        this.exact = exact;
        this.failed = failed;
        worker = Task.Run(RunAsync);
    }

    /// <summary>What is known about searches of a kind; null before the first check has finished.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="filtered">True for searches with a filter, false for those without.</param>
    public RecallEstimate? Estimate(PostgresCollection collection, bool filtered)
    {
        lock (subjects)
        {
            return subjects.GetValueOrDefault((collection.Uid, filtered)) is { Recalls.Count: > 0 } known ? RecallEstimate.Of(known.Recalls) : null;
        }
    }

    /// <summary>Takes note of an approximate answer; queues it for a check where it is its turn and there is room.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="query">The query.</param>
    /// <param name="answer">Its answer.</param>
    public void Observe(PostgresCollection collection, VectorQuery query, VectorMatches answer)
    {
        if (interval == 0)
        {
            return;
        }

        lock (subjects)
        {
            if (!subjects.TryGetValue(Key(collection, query), out var subject))
            {
                subjects.Add(Key(collection, query), subject = new() { Since = interval });
            }

            // Where the queue is full the next search has its turn instead.
            if (++subject.Since >= interval && waiting.Writer.TryWrite((collection, query, answer)))
            {
                subject.Since = 0;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await worker;
        stop.Dispose();
    }

    private static (long Collection, bool Filtered) Key(PostgresCollection collection, VectorQuery query) =>
        (collection.Uid, query.Filter is not null);

    private async Task RunAsync()
    {
        try
        {
            await foreach (var (collection, query, answer) in waiting.Reader.ReadAllAsync(stop.Token))
            {
                await CheckAsync(collection, query, answer);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The store is closing.
        }
    }

    private async Task CheckAsync(PostgresCollection collection, VectorQuery query, VectorMatches answer)
    {
        try
        {
            var truth = await exact(collection, query, stop.Token);
            if (truth.Report.Revision == answer.Report.Revision && truth.Matches.Count > 0)
            {
                // A demonstration that ties with the last true one is as good as that one.
                var least = truth.Matches[^1].Score;
                Add(Key(collection, query), answer.Matches.Count(match => match.Score >= least) / (double)truth.Matches.Count);
            }
        }
        catch (MeshException e) when (e.Kind == ErrorKind.NotFound)
        {
            lock (subjects)
            {
                subjects.Remove((collection.Uid, false));
                subjects.Remove((collection.Uid, true));
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            failed(e);
        }
    }

    private void Add((long Collection, bool Filtered) key, double recall)
    {
        lock (subjects)
        {
            var recalls = subjects[key].Recalls;
            recalls.Enqueue(recall);
            if (recalls.Count > Window)
            {
                recalls.Dequeue();
            }
        }
    }

    private sealed class Subject
    {
        public Queue<double> Recalls { get; } = new();

        public int Since { get; set; }
    }
}
