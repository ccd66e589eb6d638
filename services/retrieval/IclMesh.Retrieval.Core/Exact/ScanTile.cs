namespace IclMesh.Retrieval.Core.Exact;

/// <summary>Addresses of a few rows that are compared together, and their facts by column, as vectors want them.</summary>
internal unsafe struct ScanTile
{
    /// <summary>Most rows of a tile.</summary>
    public const int Capacity = 64;

    public fixed long Codes[Capacity];
    public fixed long Facts[Capacity];
    public fixed float Scale[Capacity];
    public fixed float CodeNorm[Capacity];
    public fixed float Residual[Capacity];
    public fixed float Offset[Capacity];
    public fixed float OffsetError[Capacity];
    public fixed int Slot[Capacity];
    public int Rows;
    public bool Scattered;
}
