namespace IclMesh.Inference.Core.Models;

/// <summary>A model that is being loaded, is loaded, or is being unloaded.</summary>
/// <param name="load">Loads it; its token is set when nobody waits any more for what must be fetched first.</param>
/// <param name="removed">Told once when the entry has ended: unloaded, or never loaded.</param>
#pragma warning disable CA1001 // A source without a timer and without a wait handle holds nothing that must be freed.
internal sealed class ModelEntry(Func<CancellationToken, Task<LoadedModel>> load, Action<ModelEntry> removed)
#pragma warning restore CA1001
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource abandoned = new();
    private Task<LoadedModel>? loading;
    private Task? unloading;
    private int waiting;

    /// <summary>The model; null before it is loaded and once it is being unloaded.</summary>
    public LoadedModel? Loaded => unloading is null && loading is { IsCompletedSuccessfully: true } done ? done.GetAwaiter().GetResult() : null;

    /// <summary>Takes hold of the model, loading it where that has not begun.</summary>
    /// <returns>Null where the model was unloaded meanwhile: the next entry loads it anew.</returns>
    public async Task<ModelLease?> LeaseAsync(CancellationToken cancellationToken)
    {
        Task<LoadedModel> task;
        lock (gate)
        {
            task = loading ??= Task.Run(() => load(abandoned.Token), CancellationToken.None);
            waiting++;
        }

        try
        {
            if (unloading is { } ending)
            {
                await ending.WaitAsync(cancellationToken).ConfigureAwait(false);
                return null;
            }

            return (await task.WaitAsync(cancellationToken).ConfigureAwait(false)).TryLease();
        }
        catch (OperationCanceledException) when (task.IsCanceled && !cancellationToken.IsCancellationRequested)
        {
            // Everybody had left before this caller came.
            removed(this);
            return null;
        }
        catch when (task.IsFaulted || task.IsCanceled)
        {
            removed(this);
            throw;
        }
        finally
        {
            lock (gate)
            {
                if (--waiting == 0 && !task.IsCompleted)
                {
                    abandoned.Cancel();
                }
            }
        }
    }

    /// <summary>Lets the load and the calls inside finish, then frees the memory, once, whether or not the caller stays for it.</summary>
    public Task UnloadAsync()
    {
        lock (gate)
        {
            return unloading ??= Task.Run(EndAsync);
        }
    }

    private async Task EndAsync()
    {
        try
        {
            if (loading is not null)
            {
                using var loaded = await loading.ConfigureAwait(false);
                await loaded.DrainAsync().ConfigureAwait(false);
            }
        }
        catch (Exception) when (loading!.IsFaulted || loading.IsCanceled)
        {
            // Those who waited for the load were told; there is nothing to free.
        }
        finally
        {
            removed(this);
        }

        // Cache pages are large arrays: without a collection the memory would stay with the process for a long time.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
