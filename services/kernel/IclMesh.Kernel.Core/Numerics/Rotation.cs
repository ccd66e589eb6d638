using System.Numerics;
using System.Runtime.InteropServices;

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
        var c = Vector.Create(Cosine);
        var s = Vector.Create(Sine);
        ref var x = ref MemoryMarshal.GetReference(rows);
        ref var y = ref rows[width];
        for (nuint k = 0; k < (nuint)width; k += (nuint)Vector<double>.Count)
        {
            var f = Vector.LoadUnsafe(ref y, k);
            var g = Vector.LoadUnsafe(ref x, k);
            Vector.FusedMultiplyAdd(s, g, c * f).StoreUnsafe(ref y, k);
            Vector.FusedMultiplyAdd(c, g, -s * f).StoreUnsafe(ref x, k);
        }
    }
}
