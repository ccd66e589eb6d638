using IclMesh.Inference.Core.Sources.Resolution;

namespace IclMesh.Inference.Core.Models;

/// <summary>The catalog of everything that <see cref="ModelResolver"/> finds.</summary>
/// <param name="locations">Where to look.</param>
/// <param name="resolver">Finds a model by name.</param>
public sealed class ResolvedCatalog(ModelLocations locations, ModelResolver resolver) : IModelCatalog
{
    /// <inheritdoc/>
    public IReadOnlyList<CatalogEntry> List() => ModelCatalog.List(locations);

    /// <inheritdoc/>
    public async Task<string> FindAsync(string name, CancellationToken cancellationToken) =>
        ModelPlace.Of(await resolver.ResolveAsync(name, progress: null, cancellationToken).ConfigureAwait(false));
}
