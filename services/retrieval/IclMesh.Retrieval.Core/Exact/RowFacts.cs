using System.Runtime.InteropServices;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>What a scan must know about a row besides its codes. The row x̂ is the vector itself, divided by its norm where the metric is the cosine.</summary>
/// <param name="Scale">s: code q stands for the component s·q.</param>
/// <param name="CodeNorm">At least ‖s·q‖.</param>
/// <param name="Residual">At least ‖x̂ − s·q‖ plus what rounding may do to a product with x̂, per unit of the other factor's norm.</param>
/// <param name="Norm"><see cref="VectorMath.Norm"/> of the vector.</param>
/// <param name="IdHash"><see cref="Selection.SeededDraw.Hash"/> of the demonstration's id.</param>
/// <param name="VectorCheck">Hash of the vector's bytes.</param>
/// <param name="CodeCheck">Hash of the codes and of the facts before this one.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct RowFacts(
    float Scale, float CodeNorm, float Residual, float Norm, ulong IdHash, uint VectorCheck, uint CodeCheck);
