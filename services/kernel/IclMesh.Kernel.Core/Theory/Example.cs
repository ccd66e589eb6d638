namespace IclMesh.Kernel.Core.Theory;

/// <summary>A demonstration of a synthetic task.</summary>
/// <param name="Input">Observations of x.</param>
/// <param name="Output">y.</param>
public sealed record Example(int[] Input, int Output);
