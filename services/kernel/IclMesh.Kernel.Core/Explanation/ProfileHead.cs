namespace IclMesh.Kernel.Core.Explanation;

/// <summary>A head's part in an attention profile.</summary>
/// <param name="Layer">Layer, from 0.</param>
/// <param name="Head">Query head, from 0.</param>
/// <param name="Weight">Weight, 0 or more.</param>
public readonly record struct ProfileHead(int Layer, int Head, double Weight);
