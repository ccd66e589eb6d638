using System.Collections.Concurrent;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.Core.Sources;
using IclMesh.Inference.Core.Sources.Resolution;

namespace IclMesh.Inference.Core.Models;

/// <summary>Loads models on first use, each once, and keeps them.</summary>
/// <param name="catalog">Finds models by name.</param>
/// <param name="settings">How they run.</param>
/// <param name="time">The clock.</param>
public sealed class ModelLibrary(IModelCatalog catalog, EngineSettings settings, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<LoadedModel>>> models = new(StringComparer.Ordinal);
    private readonly WorkerPool workers = new(settings.Workers);

    /// <summary>Pieces of work that wait for a thread.</summary>
    public int Waiting => workers.Waiting;

    /// <summary>Models that are loaded now.</summary>
    public IEnumerable<LoadedModel> Loaded =>
        models.Values.Where(model => model.IsValueCreated && model.Value.IsCompletedSuccessfully).Select(Completed);

    /// <summary>Models that can be named.</summary>
    public IReadOnlyList<CatalogEntry> List() => catalog.List();

    /// <summary>True where a model is loaded.</summary>
    public bool IsLoaded(string name) => models.TryGetValue(name, out var model) && model is { IsValueCreated: true, Value.IsCompletedSuccessfully: true };

    /// <summary>Returns a model, loading it where it is not loaded yet; callers that come meanwhile wait for the same load.</summary>
    /// <exception cref="MeshException">Unknown, broken, or of a family that this build has no graph for.</exception>
    public async Task<LoadedModel> GetAsync(string name, CancellationToken cancellationToken)
    {
        // The load outlives a caller who leaves: the next one wants it too.
        var model = models.GetOrAdd(name, _ => new(() => Task.Run(() => LoadAsync(name), CancellationToken.None)));
        try
        {
            return await model.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch when (model.Value.IsFaulted)
        {
            models.TryRemove(KeyValuePair.Create(name, model));
            throw;
        }
    }

    /// <summary>Returns a decoder.</summary>
    /// <exception cref="MeshException"><see cref="ErrorReasons.CapabilityMissing"/> where the model is no decoder.</exception>
    public async Task<LanguageModel> LanguageModelAsync(string name, CancellationToken cancellationToken) =>
        (await GetAsync(name, cancellationToken).ConfigureAwait(false)).Language
        ?? throw Missing($"'{name}' is a sentence encoder and cannot score or generate text");

    /// <summary>Returns an encoder.</summary>
    /// <exception cref="MeshException"><see cref="ErrorReasons.CapabilityMissing"/> where the model is no sentence encoder.</exception>
    public async Task<SentenceEncoder> EncoderAsync(string name, CancellationToken cancellationToken) =>
        (await GetAsync(name, cancellationToken).ConfigureAwait(false)).Encoder
        ?? throw Missing($"'{name}' is a language model and no sentence encoder");

    /// <summary>Finishes queued work and unloads everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await workers.DisposeAsync().ConfigureAwait(false);
        foreach (var model in Loaded)
        {
            model.Dispose();
        }
    }

    private async Task<LoadedModel> LoadAsync(string name)
    {
        var source = await catalog.OpenAsync(name, CancellationToken.None).ConfigureAwait(false);
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

    private static LoadedModel Completed(Lazy<Task<LoadedModel>> model) => model.Value.GetAwaiter().GetResult();

    private static MeshException Missing(string message) => new(ErrorKind.FailedPrecondition, ErrorReasons.CapabilityMissing, message);
}
