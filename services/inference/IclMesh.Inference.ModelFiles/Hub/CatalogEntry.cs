using IclMesh.Inference.ModelFiles.Configuration;

namespace IclMesh.Inference.ModelFiles.Hub;

/// <summary>A model that can be named.</summary>
/// <param name="Name">Name that <see cref="ModelResolver"/> finds it by.</param>
/// <param name="Format"><c>huggingface</c>, <c>gguf</c> or <c>onnx</c>.</param>
/// <param name="Family">The architecture; null where the files cannot be read.</param>
/// <param name="Bytes">Size of the weight files.</param>
/// <param name="Location">Folder or file.</param>
/// <param name="Origin"><c>folder</c>, <c>embedded</c> or <c>cache</c>.</param>
/// <param name="Problem">Why it cannot be opened; null where its settings can be read.</param>
public sealed record CatalogEntry(
    string Name, string Format, ModelFamily? Family, long Bytes, string Location, string Origin, string? Problem);
