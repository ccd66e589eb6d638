using IclMesh.Inference.ModelFiles.Hub;

namespace IclMesh.Inference.Core.Models;

/// <summary>Finds models by name.</summary>
public interface IModelCatalog
{
    /// <summary>Models that can be named without a download, without opening any.</summary>
    IReadOnlyList<CatalogEntry> List();

    /// <summary>Finds the folder or file of a model, downloading it where that is admitted and needed.</summary>
    /// <param name="name">Name as <see cref="List"/> spells it, or a path or a name of the hub that the operator has admitted.</param>
    /// <param name="cancellationToken">Stops a download; it goes on from there the next time.</param>
    /// <returns>The place, spelled in one way only: two names of one model give the same.</returns>
    /// <exception cref="MeshException"><see cref="ErrorKind.NotFound"/>.</exception>
    Task<string> FindAsync(string name, CancellationToken cancellationToken);
}
