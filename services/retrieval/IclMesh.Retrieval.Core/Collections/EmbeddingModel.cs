namespace IclMesh.Retrieval.Core.Collections;

/// <summary>The model that made a collection's vectors; vectors of two models are not comparable.</summary>
/// <param name="Id">Name of the model.</param>
/// <param name="Version">Revision or content hash; empty where the maker knows none.</param>
public readonly record struct EmbeddingModel(string Id, string Version)
{
    /// <inheritdoc/>
    public override string ToString() => Version.Length == 0 ? $"'{Id}'" : $"'{Id}' version '{Version}'";
}
