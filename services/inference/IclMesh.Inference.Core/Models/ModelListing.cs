namespace IclMesh.Inference.Core.Models;

/// <summary>A model that can be named.</summary>
/// <param name="Name">Name to use.</param>
/// <param name="Format"><c>huggingface</c>, <c>gguf</c> or <c>onnx</c>.</param>
/// <param name="Family">Architecture; empty where it cannot be told without loading.</param>
/// <param name="Bytes">Bytes of all weight files.</param>
/// <param name="Origin"><c>configured</c>, <c>embedded</c> or <c>cache</c>.</param>
public sealed record ModelListing(string Name, string Format, string Family, long Bytes, string Origin);
