using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IclMesh.Kernel.Core.Numerics;

/// <summary>A plane rotation of rows i and i + 1.</summary>
/// <param name="Row">i.</param>
/// <param name="Cosine">c.</param>
/// <param name="Sine">s.</param>
internal readonly record struct Rotation(int Row, double Cosine, double Sine)
{
    /// <summary>Rotates two neighbouring rows of a slab.</summary>
    /// <param name="rows">Both rows, 2 x width.</param>
    /// <param name="width">Elements of a row, a multiple of 8.</param>
    public void Apply(Span<double> rows, int width)
    {
        var c = Vector512.Create(Cosine);
        var s = Vector512.Create(Sine);
        ref var x = ref MemoryMarshal.GetReference(rows);
        ref var y = ref rows[width];
        for (nuint k = 0; k < (nuint)width; k += 8)
        {
            var f = Vector512.LoadUnsafe(ref y, k);
            var g = Vector512.LoadUnsafe(ref x, k);
            Vector512.FusedMultiplyAdd(s, g, c * f).StoreUnsafe(ref y, k);
            Vector512.FusedMultiplyAdd(c, g, -s * f).StoreUnsafe(ref x, k);
        }
    }
}
