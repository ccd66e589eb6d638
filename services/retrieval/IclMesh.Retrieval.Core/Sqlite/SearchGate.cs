namespace IclMesh.Retrieval.Core.Sqlite;

/// <summary>Lets a bounded number of searches run, so that others find threads to be served on; further ones wait without one.</summary>
/// <param name="running">Most searches that run.</param>
/// <param name="waiting">Most searches that wait.</param>
internal sealed class SearchGate(int running, int waiting) : IDisposable
{
    private readonly SemaphoreSlim places = new(running, running);
    private int queue;

    /// <summary>Runs a search when its turn comes.</summary>
    /// <typeparam name="T">Its answer.</typeparam>
    /// <param name="search">The search.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="MeshException">Too many wait already.</exception>
    public async Task<T> RunAsync<T>(Func<T> search, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref queue) > running + waiting)
            {
                throw new MeshException(ErrorKind.ResourceExhausted, ErrorReasons.QueueFull, $"{queue} searches run or wait, the limit is {running + waiting}")
                {
                    Metadata = new Dictionary<string, string> { ["limit"] = $"{running + waiting}", ["actual"] = $"{queue}" },
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
            }

            await places.WaitAsync(cancellationToken);
            try
            {
                return search();
            }
            finally
            {
                places.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref queue);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();
}
