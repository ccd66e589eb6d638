using IclMesh.Inference.Core.Sources;
using IclMesh.Inference.Core.Sources.Resolution;

namespace IclMesh.Inference.Core.Models;

/// <summary>Finds models by name.</summary>
public interface IModelCatalog
{
    /// <summary>Models that can be named without a download, without opening any.</summary>
    IReadOnlyList<CatalogEntry> List();

    /// <summary>Opens a model, downloading it where that is admitted and needed.</summary>
    /// <param name="name">Name as <see cref="List"/> spells it, or a path or a name of the hub that the operator has admitted.</param>
    /// <param name="cancellationToken">Stops a download; it goes on from there the next time.</param>
    /// <exception cref="MeshException"><see cref="ErrorKind.NotFound"/>; or what is wrong with its files.</exception>
    Task<ModelSource> OpenAsync(string name, CancellationToken cancellationToken);
}
