namespace IclMesh.Kernel.Core.Probes;

/// <summary>Where the parts of a prompt lie, as half-open token ranges.</summary>
/// <param name="Inputs">x_i of each demonstration.</param>
/// <param name="Labels">y_i of each demonstration.</param>
/// <param name="Query">x of the query.</param>
public sealed record PromptSpans(IReadOnlyList<(int Start, int End)> Inputs, IReadOnlyList<(int Start, int End)> Labels, (int Start, int End) Query);
