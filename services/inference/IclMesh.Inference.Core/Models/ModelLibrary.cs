using System.Collections.Concurrent;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Core.Sources;
using IclMesh.Inference.Core.Sources.Resolution;

namespace IclMesh.Inference.Core.Models;

/// <summary>Loads models on first use, each once whatever names it goes by, and keeps them until they are unloaded.</summary>
/// <param name="catalog">Finds models by name.</param>
/// <param name="settings">How they run.</param>
/// <param name="time">The clock.</param>
public sealed class ModelLibrary(IModelCatalog catalog, EngineSettings settings, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Models by their place.</summary>
    private readonly ConcurrentDictionary<string, Lazy<Task<LoadedModel>>> models = new(StringComparer.Ordinal);

    /// <summary>Places by the names that loaded models were asked for by.</summary>
    private readonly ConcurrentDictionary<string, string> places = new(StringComparer.Ordinal);
    private readonly WorkerPool workers = new(settings.Workers);

    /// <summary>Pieces of work that wait for a thread.</summary>
    public int Waiting => workers.Waiting;

    /// <summary>Models that are loaded now.</summary>
    public IEnumerable<LoadedModel> Loaded => models.Values.Where(IsLoaded).Select(Completed);

    /// <summary>Models that can be named.</summary>
    public IReadOnlyList<CatalogEntry> List() => catalog.List();

    /// <summary>True where a model is loaded, whichever name it was loaded by.</summary>
    /// <param name="entry">A model of <see cref="List"/>.</param>
    public bool IsLoaded(CatalogEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return models.TryGetValue(ModelPlace.Of(entry.Location), out var model) && IsLoaded(model);
    }

    /// <summary>Takes hold of a model, loading it where it is not loaded yet; callers that come meanwhile wait for the same load.</summary>
    /// <exception cref="MeshException">Unknown, broken, or of a family that this build has no graph for.</exception>
    public async Task<ModelLease> LeaseAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            // A name is looked up once: afterwards calls do not touch the disk.
            if (!places.TryGetValue(name, out var place))
            {
                place = await catalog.FindAsync(name, cancellationToken).ConfigureAwait(false);
            }

            // The load outlives a caller who leaves: the next one wants it too.
            var model = models.GetOrAdd(place, _ => new(() => Task.Run(() => Load(place), CancellationToken.None)));
            try
            {
                var loaded = await model.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (loaded.TryLease() is { } lease)
                {
                    places.TryAdd(name, place);
                    return lease;
                }
            }
            catch when (model.Value.IsFaulted)
            {
                Forget(place, model);
                throw;
            }

            // It is being unloaded; the next round loads it anew.
            Forget(place, model);
        }
    }

    /// <summary>Lets calls inside finish, then frees a model's memory; all its names go.</summary>
    /// <returns>False where the model was not loaded.</returns>
    public async Task<bool> UnloadAsync(string name, CancellationToken cancellationToken)
    {
        // A name that it was not asked for by may be the catalog's; finding it in any other way could download it.
        var place = places.GetValueOrDefault(name)
            ?? (List().FirstOrDefault(entry => entry.Name == name) is { } listed ? ModelPlace.Of(listed.Location) : null);
        if (place is null || !models.TryGetValue(place, out var model))
        {
            return false;
        }

        // Taken out once it is loaded: a caller who leaves during the load must not take away the only hold on it.
        var loaded = await model.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!Forget(place, model))
        {
            return false;
        }

        await loaded.DrainAsync().ConfigureAwait(false);
        loaded.Dispose();

        // Cache pages are large arrays: without a collection the memory would stay with the process for a long time.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return true;
    }

    /// <summary>Finishes queued work and unloads everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await workers.DisposeAsync().ConfigureAwait(false);
        foreach (var model in Loaded)
        {
            model.Dispose();
        }
    }

    private bool Forget(string place, Lazy<Task<LoadedModel>> model)
    {
        var removed = models.TryRemove(KeyValuePair.Create(place, model));
        foreach (var (name, known) in places)
        {
            if (removed && known == place)
            {
                places.TryRemove(name, out _);
            }
        }

        return removed;
    }

    private LoadedModel Load(string place)
    {
        var source = ModelSources.Open(place);
        try
        {
            return source.Configuration.Family == ModelFamily.Bert
                ? LoadedModel.Of(SentenceEncoder.Load(source, settings, workers, time, CancellationToken.None))
                : LoadedModel.Of(LanguageModel.Load(source, settings, workers, time, CancellationToken.None));
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static bool IsLoaded(Lazy<Task<LoadedModel>> model) => model is { IsValueCreated: true, Value.IsCompletedSuccessfully: true };

    private static LoadedModel Completed(Lazy<Task<LoadedModel>> model) => model.Value.GetAwaiter().GetResult();
}
