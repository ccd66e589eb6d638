namespace IclMesh.Retrieval.Core.Exact;

/// <summary>Copies of the codes and facts of a few rows, side by side, for a filter that is asked again and again.</summary>
/// <remarks>
/// Rows that lie apart cost more to reach than to multiply: each is on pages of its own. A slot's content never changes, so a copy stays true; which
/// of its rows are dead by now is asked at every scan.
/// </remarks>
internal sealed unsafe class GatheredRows
{
    private const int CodeAlignment = 64;

    private readonly int[] slots;
    private readonly RowFacts[] facts;
    private readonly byte[] codes;
    private readonly int codeBytes;
    private readonly int start;

    private GatheredRows(int[] slots, int codeBytes)
    {
        this.slots = slots;
        this.codeBytes = codeBytes;

        // Pinned arrays do not move, so rows may be handed to kernels by their addresses as mapped ones are.
        facts = GC.AllocateUninitializedArray<RowFacts>(slots.Length, pinned: true);
        codes = GC.AllocateUninitializedArray<byte>((slots.Length * codeBytes) + CodeAlignment, pinned: true);
        fixed (byte* address = codes)
        {
            start = (int)((CodeAlignment - ((nint)address % CodeAlignment)) % CodeAlignment);
        }
    }

    /// <summary>Number of rows.</summary>
    public int Count => slots.Length;

    /// <summary>Bytes that a copy of so many rows takes.</summary>
    /// <param name="table">The vectors.</param>
    /// <param name="rows">Number of rows.</param>
    public static long Size(VectorTable table, long rows) => rows * (table.CodeBytes + sizeof(RowFacts) + sizeof(int));

    /// <summary>Copies the rows of a set.</summary>
    /// <param name="table">The vectors.</param>
    /// <param name="set">Which ones; all are written.</param>
    /// <exception cref="MeshException">A row is not what was written.</exception>
    public static GatheredRows Copy(VectorTable table, SlotSet set)
    {
        int[] slots = [.. set.Members()];
        var rows = new GatheredRows(slots, table.CodeBytes);
        for (var place = 0; place < slots.Length; place++)
        {
            table.Prove(slots[place] / SlotSet.WordSlots * SlotSet.WordSlots);
            rows.facts[place] = *table.Facts(slots[place]);
            new ReadOnlySpan<byte>(table.Codes(slots[place]), table.CodeBytes).CopyTo(rows.codes.AsSpan(rows.start + (place * table.CodeBytes)));
        }

        return rows;
    }

    /// <summary>The slot that a row was copied from; slots ascend.</summary>
    /// <param name="place">Place of the row.</param>
    public int Slot(int place) => slots[place];

    /// <summary>A row's codes in place; valid while this object lives.</summary>
    /// <param name="place">Place of the row.</param>
    public byte* Codes(int place)
    {
        fixed (byte* address = codes)
        {
            return address + start + ((nint)place * codeBytes);
        }
    }

    /// <summary>A row's facts in place; valid while this object lives.</summary>
    /// <param name="place">Place of the row.</param>
    public RowFacts* Facts(int place)
    {
        fixed (RowFacts* address = facts)
        {
            return address + place;
        }
    }
}
