using IclMesh.Inference.Core.Sources;

namespace IclMesh.Inference.Core.Models;

/// <summary>Finds models by name.</summary>
public interface IModelCatalog
{
    /// <summary>Models that can be named, by name, without opening any.</summary>
    IReadOnlyList<ModelListing> List();

    /// <summary>Opens a model.</summary>
    /// <param name="name">Name as <see cref="List"/> spells it, or a path.</param>
    /// <exception cref="MeshException"><see cref="ErrorKind.NotFound"/>, saying what was tried; or what is wrong with its files.</exception>
    ModelSource Open(string name);
}
