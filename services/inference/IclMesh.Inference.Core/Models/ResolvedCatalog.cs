using IclMesh.Inference.Core.Sources;
using IclMesh.Inference.Core.Sources.Resolution;

namespace IclMesh.Inference.Core.Models;

/// <summary>Models in configured folders, beside the program, in the cache, and on the hub.</summary>
/// <param name="locations">Where to look.</param>
/// <param name="resolver">Looks there.</param>
public sealed class ResolvedCatalog(ModelLocations locations, ModelResolver resolver) : IModelCatalog
{
    /// <inheritdoc/>
    public IReadOnlyList<ModelListing> List() =>
    [
        .. ModelCatalog.List(locations)
            .Select(entry => new ModelListing(
                entry.Name,
                entry.Format,
                entry.Family?.ToString().ToLowerInvariant() ?? "",
                entry.Bytes,
                entry.Origin == "folder" ? "configured" : entry.Origin))
            .OrderBy(listing => listing.Name, StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public Task<ModelSource> OpenAsync(string name, CancellationToken cancellationToken) =>
        resolver.OpenAsync(name, progress: null, cancellationToken);
}
