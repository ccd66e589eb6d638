namespace IclMesh.Inference.Core.Scheduling;

/// <summary>A fixed number of threads that run one piece of work each; ONNX Runtime computes on the calling thread.</summary>
public sealed class WorkerPool : IAsyncDisposable
{
    /// <summary>Interactive work that may run in a row while other work waits.</summary>
    private const int Row = 4;

    private readonly object gate = new();
    private readonly Queue<Action> interactive = [];
    private readonly Queue<Action> steps = [];
    private readonly Queue<Action> longs = [];
    private readonly Task[] threads;
    private int row;
    private int runningLongs;
    private bool completed;

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
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return interactive.Count + steps.Count + longs.Count;
            }
        }
    }

    /// <summary>Queues work that handles its own failures.</summary>
    /// <param name="work">What to run.</param>
    /// <param name="turn">How it waits.</param>
    public void Post(Action work, Turn turn = Turn.Interactive)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(completed, this);
            (turn switch { Turn.Step => steps, Turn.Lengthy => longs, _ => interactive }).Enqueue(work);
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Queues work; it is dropped where the caller has left before it starts.</summary>
    /// <param name="work">What to run.</param>
    /// <param name="turn">How it waits.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public Task<T> RunAsync<T>(Func<T> work, Turn turn, CancellationToken cancellationToken)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
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
            turn);
        return completion.Task;
    }

    /// <summary>Lets queued work finish and stops the threads.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            completed = true;
            Monitor.PulseAll(gate);
        }

        await Task.WhenAll(threads).ConfigureAwait(false);
    }

    private void Loop()
    {
        while (Take() is var (work, turn))
        {
            work();
            if (turn == Turn.Lengthy)
            {
                lock (gate)
                {
                    runningLongs--;
                    Monitor.Pulse(gate);
                }
            }
        }
    }

    /// <summary>Waits for the next piece of work; null where there will be none.</summary>
    private (Action Work, Turn Turn)? Take()
    {
        lock (gate)
        {
            while (true)
            {
                var mayRunLong = longs.Count > 0 && runningLongs < Math.Max(1, Workers - 1);
                var others = mayRunLong || steps.Count > 0;
                if (interactive.Count > 0 && (!others || row < Row))
                {
                    row = others ? row + 1 : 0;
                    return (interactive.Dequeue(), Turn.Interactive);
                }

                if (others)
                {
                    row = 0;
                    if (mayRunLong)
                    {
                        runningLongs++;
                        return (longs.Dequeue(), Turn.Lengthy);
                    }

                    return (steps.Dequeue(), Turn.Step);
                }

                if (completed && longs.Count == 0)
                {
                    return null;
                }

                Monitor.Wait(gate);
            }
        }
    }
}
