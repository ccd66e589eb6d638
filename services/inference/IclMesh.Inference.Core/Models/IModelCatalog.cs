using IclMesh.Inference.Core.Sources;

namespace IclMesh.Inference.Core.Models;

/// <summary>Finds models by name.</summary>
public interface IModelCatalog
{
    /// <summary>Models that can be named without a download, by name, without loading any.</summary>
    IReadOnlyList<ModelListing> List();

    /// <summary>Opens a model.</summary>
    /// <param name="name">Name as <see cref="List"/> spells it, a path, or a name on the hub.</param>
    /// <param name="cancellationToken">Cancels a download; it continues where it stopped the next time.</param>
    /// <exception cref="MeshException"><see cref="ErrorKind.NotFound"/>, saying what was tried; or what is wrong with its files.</exception>
    Task<ModelSource> OpenAsync(string name, CancellationToken cancellationToken);
}
