namespace IclMesh.Inference.Core.Models;

/// <summary>A model that is being loaded, is loaded, or is being unloaded.</summary>
/// <param name="load">Loads it.</param>
/// <param name="removed">Told when the entry has ended: unloaded, or never loaded.</param>
internal sealed class ModelEntry(Func<Task<LoadedModel>> load, Action<ModelEntry> removed)
{
    // The load outlives a caller who leaves: the next one wants it too.
    private readonly Lazy<Task<LoadedModel>> loading = new(() => Task.Run(load, CancellationToken.None));
    private readonly Lock gate = new();
    private Task? unloading;

    /// <summary>The model; null before it is loaded and once it is being unloaded.</summary>
    public LoadedModel? Loaded =>
        unloading is null && loading is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } done } ? done.GetAwaiter().GetResult() : null;

    /// <summary>Takes hold of the model, loading it where that has not begun.</summary>
    /// <returns>Null where the model was unloaded meanwhile: the next entry loads it anew.</returns>
    public async Task<ModelLease?> LeaseAsync(CancellationToken cancellationToken)
    {
        if (unloading is { } ending)
        {
            await ending.WaitAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }

        try
        {
            return (await loading.Value.WaitAsync(cancellationToken).ConfigureAwait(false)).TryLease();
        }
        catch when (loading.Value.IsFaulted)
        {
            removed(this);
            throw;
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
            using var loaded = await loading.Value.ConfigureAwait(false);
            await loaded.DrainAsync().ConfigureAwait(false);
        }
        catch (Exception) when (loading.Value.IsFaulted)
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
