namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>A tensor of a record.</summary>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Values">Row-major values.</param>
internal sealed record NamedTensor(int[] Shape, float[] Values);
