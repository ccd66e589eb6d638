using IclMesh.Inference.ModelFiles.Hub;

namespace IclMesh.Inference.Core.Models;

/// <summary>The models that <see cref="ModelCatalog"/> lists, and those that the operator admits by path or by a name of the hub.</summary>
/// <param name="locations">Where to look.</param>
/// <param name="resolver">Finds a model by path or name, and downloads it.</param>
/// <param name="admitted">Paths and names of the hub that may be opened; null admits every one, for a program whose only caller is its user.</param>
public sealed class ResolvedCatalog(ModelLocations locations, ModelResolver resolver, IReadOnlySet<string>? admitted) : IModelCatalog
{
    /// <inheritdoc/>
    public IReadOnlyList<CatalogEntry> List() => ModelCatalog.List(locations);

    /// <inheritdoc/>
    public async Task<string> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (admitted is null || admitted.Contains(name))
        {
            return ModelPlace.Of(await resolver.ResolveAsync(name, progress: null, cancellationToken).ConfigureAwait(false));
        }

        // What a caller sends is compared with names, never used as a path or sent anywhere.
        return List().FirstOrDefault(entry => entry.Name == name) is { } entry
            ? ModelPlace.Of(entry.Location)
            : throw new MeshException(ErrorKind.NotFound, ErrorReasons.ResourceNotFound, $"model '{name}' does not exist; ListModels names those that do")
            {
                Metadata = new Dictionary<string, string> { ["resource"] = "model", ["name"] = name },
            };
    }
}
