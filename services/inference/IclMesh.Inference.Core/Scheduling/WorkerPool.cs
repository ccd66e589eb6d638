using System.Collections.Concurrent;

namespace IclMesh.Inference.Core.Scheduling;

/// <summary>A fixed number of threads that run one piece of work each; ONNX Runtime computes on the calling thread.</summary>
public sealed class WorkerPool : IAsyncDisposable
{
    private readonly BlockingCollection<Action> queue = [];
    private readonly Task[] threads;

    /// <summary>Starts the threads.</summary>
    /// <param name="workers">Number of threads, at least 1.</param>
    public WorkerPool(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
        threads = [.. Enumerable.Range(0, workers).Select(_ => Task.Factory.StartNew(
            Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>Number of threads.</summary>
    public int Workers { get; }

    /// <summary>Pieces of work that wait.</summary>
    public int Waiting => queue.Count;

    /// <summary>Queues work that handles its own failures.</summary>
    public void Post(Action work) => queue.Add(work, CancellationToken.None);

    /// <summary>Queues work; it is dropped where the caller has left before it starts.</summary>
    /// <param name="work">What to run.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Add(
            () =>
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    completion.TrySetCanceled(cancellationToken);
                    return;
                }

                try
                {
                    completion.TrySetResult(work());
                }
                catch (OperationCanceledException exception)
                {
                    completion.TrySetCanceled(exception.CancellationToken);
                }
                catch (Exception exception)
                {
                    completion.TrySetException(exception);
                }
            },
            CancellationToken.None);
        return completion.Task;
    }

    /// <summary>Lets queued work finish and stops the threads.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.CompleteAdding();
        await Task.WhenAll(threads).ConfigureAwait(false);
        queue.Dispose();
    }

    private void Loop()
    {
        foreach (var work in queue.GetConsumingEnumerable())
        {
            work();
        }
    }
}
