namespace IclMesh.Inference.Engine.Families;

/// <summary>A tensor that a family's graph reads.</summary>
/// <param name="Name">Name in the family's full model.</param>
/// <param name="Shape">Length of each dimension, outermost first, and the settings that it follows from.</param>
internal sealed record ExpectedTensor(string Name, params (long Length, string Setting)[] Shape);
