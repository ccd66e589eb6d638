using System.Collections.Concurrent;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Core.Sources;
using IclMesh.Inference.Core.Sources.Resolution;

namespace IclMesh.Inference.Core.Models;

/// <summary>Loads models on first use, each once, and keeps them until they are unloaded.</summary>
/// <param name="catalog">Finds models by name.</param>
/// <param name="settings">How they run.</param>
/// <param name="time">The clock.</param>
public sealed class ModelLibrary(IModelCatalog catalog, EngineSettings settings, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ModelEntry> models = new(StringComparer.Ordinal);
    private readonly WorkerPool workers = new(settings.Workers);

    /// <summary>Threads that compute.</summary>
    public WorkerPool Workers => workers;

    /// <summary>Pieces of work that wait for a thread.</summary>
    public int Waiting => workers.Waiting;

    /// <summary>Models that are loaded now.</summary>
    public IEnumerable<LoadedModel> Loaded => models.Values.Select(entry => entry.Loaded).OfType<LoadedModel>();

    /// <summary>Models that can be named.</summary>
    public IReadOnlyList<CatalogEntry> List() => catalog.List();

    /// <summary>True where a model is loaded.</summary>
    public bool IsLoaded(string name) => models.TryGetValue(name, out var entry) && entry.Loaded is not null;

    /// <summary>Takes hold of a model, loading it where it is not loaded yet; callers that come meanwhile wait for the same load.</summary>
    /// <remarks>A load outlives a caller who leaves, since the next one wants it too; a download ends when nobody waits for it.</remarks>
    /// <exception cref="MeshException">Unknown, broken, or of a family that this build has no graph for.</exception>
    public async Task<ModelLease> LeaseAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = models.GetOrAdd(name, _ => new(token => LoadAsync(name, token), ended => models.TryRemove(KeyValuePair.Create(name, ended))));
            if (await entry.LeaseAsync(cancellationToken).ConfigureAwait(false) is { } lease)
            {
                return lease;
            }
        }
    }

    /// <summary>Lets calls inside finish, then frees a model's memory; goes on where the caller leaves.</summary>
    /// <returns>False where the model was not loaded.</returns>
    public async Task<bool> UnloadAsync(string name, CancellationToken cancellationToken)
    {
        if (!models.TryGetValue(name, out var entry))
        {
            return false;
        }

        await entry.UnloadAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
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

    private async Task<LoadedModel> LoadAsync(string name, CancellationToken abandoned)
    {
        var source = await catalog.OpenAsync(name, abandoned).ConfigureAwait(false);
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
}
