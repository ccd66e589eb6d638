using System.Collections.Concurrent;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Hub;
using IclMesh.Inference.ModelFiles.Opening;

namespace IclMesh.Inference.Core.Models;

/// <summary>Loads models on first use, each once whatever names it goes by, and keeps them until they are unloaded.</summary>
/// <param name="catalog">Finds models by name.</param>
/// <param name="engine">What computes.</param>
/// <param name="settings">How they serve.</param>
/// <param name="time">The clock.</param>
public sealed class ModelLibrary(IModelCatalog catalog, IModelEngine engine, ServingSettings settings, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Models by their place.</summary>
    private readonly ConcurrentDictionary<string, ModelEntry> models = new(StringComparer.Ordinal);

    /// <summary>Places by the names that loaded models were asked for by.</summary>
    private readonly ConcurrentDictionary<string, string> places = new(StringComparer.Ordinal);

    /// <summary>Threads that compute.</summary>
    public WorkerPool Workers { get; } = new(settings.Workers);

    /// <summary>Pieces of work that wait for a thread.</summary>
    public int Waiting => Workers.Waiting;

    /// <summary>Models that are loaded now.</summary>
    public IEnumerable<LoadedModel> Loaded => models.Values.Select(entry => entry.Loaded).OfType<LoadedModel>();

    /// <summary>Models that can be named.</summary>
    public IReadOnlyList<CatalogEntry> List() => catalog.List();

    /// <summary>True where a model is loaded, whichever name it was loaded by.</summary>
    /// <param name="entry">A model of <see cref="List"/>.</param>
    public bool IsLoaded(CatalogEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return models.TryGetValue(ModelPlace.Of(entry.Location), out var model) && model.Loaded is not null;
    }

    /// <summary>Takes hold of a model, loading it where it is not loaded yet; callers that come meanwhile wait for the same load.</summary>
    /// <remarks>A download ends with its caller; a load outlives him.</remarks>
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

            var entry = models.GetOrAdd(place, _ => new(() => Task.FromResult(Load(place)), ended => Forget(place, ended)));
            if (await entry.LeaseAsync(cancellationToken).ConfigureAwait(false) is { } lease)
            {
                places.TryAdd(name, place);
                return lease;
            }
        }
    }

    /// <summary>Lets calls inside finish, then frees a model's memory; all its names go. It goes on where the caller leaves.</summary>
    /// <returns>False where the model was not loaded.</returns>
    public async Task<bool> UnloadAsync(string name, CancellationToken cancellationToken)
    {
        // A name that it was not asked for by may be the catalog's; finding it in any other way could download it.
        var place = places.GetValueOrDefault(name)
            ?? (List().FirstOrDefault(entry => entry.Name == name) is { } listed ? ModelPlace.Of(listed.Location) : null);
        if (place is null || !models.TryGetValue(place, out var entry))
        {
            return false;
        }

        await entry.UnloadAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Finishes queued work and unloads everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await Workers.DisposeAsync().ConfigureAwait(false);
        foreach (var model in Loaded)
        {
            model.Dispose();
        }
    }

    private void Forget(string place, ModelEntry ended)
    {
        if (models.TryRemove(KeyValuePair.Create(place, ended)))
        {
            foreach (var (name, _) in places.Where(known => known.Value == place))
            {
                places.TryRemove(name, out _);
            }
        }
    }

    private LoadedModel Load(string place)
    {
        var source = ModelSources.Open(place);
        try
        {
            return source.Configuration.Family == ModelFamily.Bert
                ? LoadedModel.Of(SentenceEncoder.Load(source, engine, settings, Workers, time, CancellationToken.None))
                : LoadedModel.Of(LanguageModel.Load(source, engine, settings, Workers, time, CancellationToken.None));
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }
}
