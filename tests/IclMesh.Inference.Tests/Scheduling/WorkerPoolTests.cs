using System.Collections.Concurrent;
using IclMesh.Inference.Core.Scheduling;

namespace IclMesh.Inference.Tests.Scheduling;

public sealed class WorkerPoolTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Interactive_BehindManySteps_GoesFirstButNotAlone()
    {
        await using var workers = new WorkerPool(1);
        using var begun = new ManualResetEventSlim();
        using var begin = new ManualResetEventSlim();
        var order = new ConcurrentQueue<string>();
        var blocker = workers.RunAsync(
            () =>
            {
                begun.Set();
                return begin.Wait(TimeSpan.FromSeconds(30), Token);
            },
            Turn.Interactive,
            Token);
        Assert.True(begun.Wait(TimeSpan.FromSeconds(30), Token));
        List<Task> work = [blocker];
        work.AddRange(Enumerable.Range(0, 3).Select(i => Add($"step {i}", Turn.Step)));
        work.AddRange(Enumerable.Range(0, 10).Select(i => Add($"{i}", Turn.Interactive)));

        begin.Set();
        await Task.WhenAll(work);

        Assert.Equal(["0", "1", "2", "3", "step 0", "4", "5", "6", "7", "step 1", "8", "9", "step 2"], order);

        Task Add(string name, Turn turn) => workers.RunAsync(
            () =>
            {
                order.Enqueue(name);
                return true;
            },
            turn,
            Token);
    }

    [Fact]
    public async Task Lengthy_MoreThanThreads_LeaveOneThreadToOthers()
    {
        await using var workers = new WorkerPool(2);
        using var end = new ManualResetEventSlim();
        var lengthy = Enumerable.Range(0, 4).Select(_ => workers.RunAsync(() => end.Wait(TimeSpan.FromSeconds(30), Token), Turn.Lengthy, Token)).ToList();

        Assert.Equal(1, await workers.RunAsync(() => 1, Turn.Interactive, Token).WaitAsync(TimeSpan.FromSeconds(10), Token));
        Assert.Equal(2, await workers.RunAsync(() => 2, Turn.Step, Token).WaitAsync(TimeSpan.FromSeconds(10), Token));

        end.Set();
        Assert.All(await Task.WhenAll(lengthy), Assert.True);
    }

    [Fact]
    public async Task Dispose_WorkThatWaits_IsFinished()
    {
        var workers = new WorkerPool(2);
        using var begin = new ManualResetEventSlim();
        var work = Enumerable.Range(0, 8).Select(i => workers.RunAsync(() => begin.Wait(TimeSpan.FromSeconds(30), Token), i % 2 == 0 ? Turn.Lengthy : Turn.Step, Token)).ToList();

        var disposing = workers.DisposeAsync();
        begin.Set();
        await disposing;

        Assert.All(work, task => Assert.True(task.IsCompletedSuccessfully));
        Assert.Throws<ObjectDisposedException>(() => workers.Post(() => { }));
    }
}
