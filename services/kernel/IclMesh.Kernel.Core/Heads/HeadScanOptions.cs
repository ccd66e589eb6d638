namespace IclMesh.Kernel.Core.Heads;

/// <summary>How heads are scanned.</summary>
/// <param name="Layers">L.</param>
/// <param name="HeadsPerLayer">H.</param>
/// <param name="Classes">C.</param>
/// <param name="Poolings">Number of poolings that every prompt carries.</param>
/// <param name="Permutations">Rounds of the permutation null.</param>
/// <param name="MixtureHeads">The mixture may use so many heads, the best by selection agreement; 0 for all.</param>
/// <param name="Ridge">Ridge of the mixture.</param>
/// <param name="CurveRepeats">Random subsets per point of the selection curve.</param>
/// <param name="Seed">Seed of permutations and subsets.</param>
public sealed record HeadScanOptions(
    int Layers, int HeadsPerLayer, int Classes, int Poolings, int Permutations, int MixtureHeads, double Ridge, int CurveRepeats, ulong Seed);
