using System.Runtime.InteropServices;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>The vectors of one collection, one row a slot, memory-mapped.</summary>
internal sealed unsafe class VectorTable : Leased
{
    private const uint FloatKind = 0x32334676; // "vF32"

    private readonly RowFile vectors;

    private VectorTable(RowFile vectors, int dimension)
    {
        this.vectors = vectors;
        Dimension = dimension;
    }

    /// <summary>Components of a vector.</summary>
    public int Dimension { get; }

    /// <summary>The files of a table.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="generation">Grows with every compaction.</param>
    public static IReadOnlyList<string> Files(string folder, long generation) => [VectorPath(folder, generation)];

    /// <summary>Creates an empty table over what an unfinished attempt may have left.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="generation">Grows with every compaction.</param>
    /// <param name="dimension">Components of a vector.</param>
    public static VectorTable Create(string folder, long generation, int dimension)
    {
        var path = VectorPath(folder, generation);
        File.Delete(path);
        return new(RowFile.Create(path, FloatKind, dimension * sizeof(float)), dimension);
    }

    /// <summary>Opens a table.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="generation">The generation that the database names.</param>
    /// <param name="dimension">Components of a vector.</param>
    /// <param name="slots">Rows that committed writes use.</param>
    public static VectorTable Open(string folder, long generation, int dimension, int slots) =>
        new(RowFile.Open(VectorPath(folder, generation), FloatKind, dimension * sizeof(float), slots), dimension);

    /// <summary>Appends vectors and waits until they are on disk.</summary>
    /// <param name="first">The first slot.</param>
    /// <param name="values">Vectors one after the other, [n, D].</param>
    public void Write(int first, ReadOnlySpan<float> values)
    {
        vectors.Write(first, MemoryMarshal.AsBytes(values));
        vectors.Flush();
    }

    /// <summary>One vector in place, [D]; valid while the table is leased.</summary>
    /// <param name="slot">A written slot.</param>
    public ReadOnlySpan<float> Vector(int slot) => new(vectors.Row(slot), Dimension);

    /// <inheritdoc/>
    protected override void Free() => vectors.Dispose();

    private static string VectorPath(string folder, long generation) => Path.Combine(folder, $"vectors.{generation}.f32");
}
