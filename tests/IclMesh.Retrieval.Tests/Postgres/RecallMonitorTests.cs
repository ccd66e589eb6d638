using IclMesh.Retrieval.Core.Postgres;
using IclMesh.Retrieval.Core.Searching;

namespace IclMesh.Retrieval.Tests.Postgres;

public sealed class RecallMonitorTests
{
    private static readonly PostgresCollection Collection = new(
        1, "schema.table", Given.Name(), Given.Schema(), Given.NoAttributes, DateTimeOffset.UnixEpoch, 3);

    private static readonly VectorQuery Query = Given.Query(2, 1, 0);

    [Fact]
    public async Task Observe_EveryThird_ChecksTheFirstAndThenOneInThree()
    {
        var checks = 0;
        await using var monitor = Monitor(interval: 3, () => Answer(3, 0.9f, 0.8f), () => checks++);

        for (var search = 0; search < 7; search++)
        {
            monitor.Observe(Collection, Query, Answer(3, 0.9f, 0.7f));
        }

        // Searches 1, 4 and 7; of the two true ones each answer holds one.
        await Until(() => monitor.Estimate(Collection, filtered: false)?.Checks == 3);
        Assert.Equal(3, checks);
        Assert.Equal(0.5, monitor.Estimate(Collection, filtered: false)!.Recall);
        Assert.Null(monitor.Estimate(Collection, filtered: true));
    }

    [Fact]
    public async Task Observe_TieWithTheLastTrueOne_CountsAsFound()
    {
        await using var monitor = Monitor(interval: 1, () => Answer(3, 0.9f, 0.8f));

        monitor.Observe(Collection, Query, Answer(3, 0.9f, 0.8f));

        await Until(() => monitor.Estimate(Collection, filtered: false) is not null);
        Assert.Equal(1, monitor.Estimate(Collection, filtered: false)!.Recall);
    }

    [Fact]
    public async Task Observe_CollectionChangedSince_SaysNothing()
    {
        var checks = 0;
        await using var monitor = Monitor(interval: 1, () => Answer(revision: 4 - (checks / 2), 0.9f), () => checks++);

        monitor.Observe(Collection, Query, Answer(3, 0.1f));
        monitor.Observe(Collection, Query, Answer(3, 0.9f));

        // The second check, of an unchanged collection, is the only one that counts.
        await Until(() => monitor.Estimate(Collection, filtered: false) is not null);
        Assert.Equal((2, 1, 1.0), (checks, monitor.Estimate(Collection, filtered: false)!.Checks, monitor.Estimate(Collection, filtered: false)!.Recall));
    }

    [Fact]
    public async Task Observe_CheckFails_IsReportedAndTheNextOneRuns()
    {
        var failures = new List<Exception>();
        var checks = 0;
        await using var monitor = new RecallMonitor(
            1, (_, _, _) => ++checks == 1 ? throw new TimeoutException() : Task.FromResult(Answer(3, 0.9f)), failures.Add);

        monitor.Observe(Collection, Query, Answer(3, 0.9f));
        monitor.Observe(Collection, Query, Answer(3, 0.9f));

        await Until(() => monitor.Estimate(Collection, filtered: false) is not null);
        Assert.IsType<TimeoutException>(Assert.Single(failures));
        Assert.Equal(1, monitor.Estimate(Collection, filtered: false)!.Checks);
    }

    [Fact]
    public async Task Observe_IntervalZero_ChecksNothing()
    {
        await using var monitor = Monitor(interval: 0, () => throw new InvalidOperationException());

        monitor.Observe(Collection, Query, Answer(3, 0.9f));

        Assert.Null(monitor.Estimate(Collection, filtered: false));
    }

    private static RecallMonitor Monitor(int interval, Func<VectorMatches> truth, Action? called = null) => new(
        interval,
        (_, _, _) =>
        {
            called?.Invoke();
            return Task.FromResult(truth());
        },
        failure => Assert.Fail($"{failure}"));

    private static VectorMatches Answer(long revision, params float[] scores) => new(
        [.. scores.Select(score => new VectorMatch(Given.Demonstration($"{score}"), score))], new(Exact: false, 100, scores.Length, revision));

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
