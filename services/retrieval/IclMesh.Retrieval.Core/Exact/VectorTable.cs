using System.Runtime.InteropServices;
using IclMesh.Retrieval.Core.Collections;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>The vectors of one collection, memory-mapped: fp32 rows, and the 8-bit codes and facts that are derived from them.</summary>
internal sealed unsafe class VectorTable : Leased
{
    private const uint VectorKind = 0x32334676; // "vF32"
    private const uint CodeKind = 0x38495163; // "cQI8"
    private const uint FactKind = 0x43414672; // "rFAC"

    private readonly RowFile vectors;
    private readonly RowFile codes;
    private readonly RowFile facts;
    private readonly string name;
    private int unproven;
    private ulong[] proven = [];

    private VectorTable(RowFile vectors, RowFile codes, RowFile facts, int dimension, VectorMetric metric, string name)
    {
        this.vectors = vectors;
        this.codes = codes;
        this.facts = facts;
        this.name = name;
        Dimension = dimension;
        Metric = metric;
    }

    /// <summary>Components of a vector.</summary>
    public int Dimension { get; }

    /// <summary>How vectors are compared; the codes depend on it.</summary>
    public VectorMetric Metric { get; }

    /// <summary>Bytes of a row's codes.</summary>
    public int CodeBytes => codes.RowBytes;

    /// <summary>Creates an empty table over what an unfinished attempt may have left.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="generation">Grows with every compaction.</param>
    /// <param name="schema">The collection's schema.</param>
    public static VectorTable Create(string folder, long generation, CollectionSchema schema)
    {
        Delete(folder, generation);
        return Assemble(folder, generation, schema, RowFile.Create);
    }

    /// <summary>Opens a table; codes are checked when they are first read (<see cref="Prove"/>), and made again from the vectors where they are missing.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="generation">The generation that the database names.</param>
    /// <param name="schema">The collection's schema.</param>
    /// <param name="slots">Rows that committed writes use.</param>
    /// <param name="idHashes">Hashes of the ids by slot, asked for only where facts are missing.</param>
    public static VectorTable Open(string folder, long generation, CollectionSchema schema, int slots, Func<ulong[]> idHashes)
    {
        var complete = File.Exists(CodePath(folder, generation)) && File.Exists(FactPath(folder, generation));
        var table = Assemble(folder, generation, schema, (path, kind, bytes) => complete || kind == VectorKind
            ? RowFile.Open(path, kind, bytes, slots)
            : RowFile.CreateOver(path, kind, bytes));
        try
        {
            if (complete)
            {
                var groups = (slots + SlotSet.WordSlots - 1) / SlotSet.WordSlots;
                table.proven = new ulong[(groups + 63) / 64];
                table.unproven = slots;
            }
            else
            {
                table.Derive(slots, idHashes());
            }

            return table;
        }
        catch
        {
            table.Release();
            throw;
        }
    }

    /// <summary>Deletes the files of a generation.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="generation">The generation.</param>
    public static void Delete(string folder, long generation)
    {
        foreach (var path in (ReadOnlySpan<string>)
            [VectorPath(folder, generation), CodePath(folder, generation), FactPath(folder, generation)])
        {
            File.Delete(path);
        }
    }

    /// <summary>Appends vectors and waits until they are on disk.</summary>
    /// <param name="first">The first slot.</param>
    /// <param name="values">Vectors one after the other, [n, D].</param>
    /// <param name="idHashes">Hashes of their ids, [n].</param>
    public void Write(int first, ReadOnlySpan<float> values, ReadOnlySpan<ulong> idHashes)
    {
        vectors.Write(first, MemoryMarshal.AsBytes(values));
        WriteDerived(first, values, idHashes);

        // One disk writes the three faster together than one after the other.
        Parallel.Invoke(vectors.Flush, codes.Flush, facts.Flush);
    }

    /// <summary>Copies the first slots into another folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="generation">The generation of the copies.</param>
    /// <param name="slots">Slots to copy.</param>
    /// <param name="cancellationToken">Stops; the copies are incomplete then.</param>
    public void CopyTo(string folder, long generation, int slots, CancellationToken cancellationToken)
    {
        vectors.CopyTo(VectorPath(folder, generation), slots, cancellationToken);
        codes.CopyTo(CodePath(folder, generation), slots, cancellationToken);
        facts.CopyTo(FactPath(folder, generation), slots, cancellationToken);
    }

    /// <summary>Checks, before the mappings are read, that nobody cut the files short.</summary>
    /// <param name="slots">Slots that will be read.</param>
    /// <exception cref="MeshException">A file is shorter than that.</exception>
    public void RequireFiles(int slots)
    {
        if (!vectors.Holds(slots) || !codes.Holds(slots) || !facts.Holds(slots))
        {
            throw Corrupt($"a file of its {slots} rows was cut short");
        }
    }

    /// <summary>One vector in place, [D]; valid while the table is leased.</summary>
    /// <param name="slot">A written slot.</param>
    /// <exception cref="MeshException">It is not what was written.</exception>
    public ReadOnlySpan<float> Vector(int slot) => Checked(slot, new(vectors.Row(slot), Dimension));

    /// <summary>One vector, [D], as a copy that leaves no page of the file resident: for searches that look at many.</summary>
    /// <param name="slot">A written slot.</param>
    /// <param name="target">Receives the vector.</param>
    /// <exception cref="MeshException">It is not what was written.</exception>
    public ReadOnlySpan<float> ReadVector(int slot, Span<float> target)
    {
        return vectors.TryRead(slot, MemoryMarshal.AsBytes(target))
            ? Checked(slot, target)
            : throw Corrupt($"the vector of row {slot} lies behind the end of its file");
    }

    /// <summary>
    /// Checks the codes and facts of 64 slots the first time that they are asked for; whoever reads codes or facts calls it before. Opening a
    /// large collection so reads nothing of it, and its first scan checks what it has just brought into the cache. Rows that this
    /// process wrote itself need no check.
    /// </summary>
    /// <param name="start">First slot, a multiple of 64.</param>
    /// <exception cref="MeshException">A row is not what was written.</exception>
    public void Prove(int start)
    {
        if (start < unproven && (Volatile.Read(ref proven[start / SlotSet.WordSlots >> 6]) >> (start / SlotSet.WordSlots) & 1) == 0)
        {
            ProveGroup(start);
        }
    }

    /// <summary>The fp32 norm of a vector.</summary>
    /// <param name="slot">A written slot.</param>
    public float Norm(int slot) => Facts(slot)->Norm;

    /// <summary>A row's codes in place.</summary>
    /// <param name="slot">A written slot.</param>
    public byte* Codes(int slot) => codes.Row(slot);

    /// <summary>A row's facts in place.</summary>
    /// <param name="slot">A written slot.</param>
    public RowFacts* Facts(int slot) => (RowFacts*)facts.Row(slot);

    /// <summary>A row's codes and facts in place.</summary>
    /// <param name="slot">A written slot.</param>
    /// <param name="rowCodes">Its codes.</param>
    /// <param name="rowFacts">Its facts.</param>
    public void Locate(int slot, out byte* rowCodes, out RowFacts* rowFacts)
    {
        var place = RowFile.Locate(slot);
        rowCodes = codes.Row(place);
        rowFacts = (RowFacts*)facts.Row(place);
    }

    /// <inheritdoc/>
    protected override void Free()
    {
        vectors.Dispose();
        codes.Dispose();
        facts.Dispose();
    }

    private ReadOnlySpan<float> Checked(int slot, ReadOnlySpan<float> vector) =>
        Quantizer.VectorCheck(vector) == Facts(slot)->VectorCheck
            ? vector
            : throw Corrupt($"the vector of row {slot} does not match its checksum");

    private static VectorTable Assemble(string folder, long generation, CollectionSchema schema, Func<string, uint, int, RowFile> open)
    {
        var files = new List<RowFile>();
        try
        {
            files.Add(open(VectorPath(folder, generation), VectorKind, schema.Dimension * sizeof(float)));
            files.Add(open(CodePath(folder, generation), CodeKind, Quantizer.PaddedLength(schema.Dimension)));
            files.Add(open(FactPath(folder, generation), FactKind, sizeof(RowFacts)));
            return new(files[0], files[1], files[2], schema.Dimension, schema.Metric, $"vectors.{generation}");
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    private void Derive(int slots, ulong[] idHashes)
    {
        const int Step = 1024;
        for (var slot = 0; slot < slots; slot += Step)
        {
            // Mappings hold at least a thousand rows each, so a step never crosses one.
            var count = Math.Min(Step, slots - slot);
            WriteDerived(slot, new(vectors.Row(slot), count * Dimension), idHashes.AsSpan(slot, count));
        }

        codes.Flush();
        facts.Flush();
    }

    private void WriteDerived(int first, ReadOnlySpan<float> values, ReadOnlySpan<ulong> idHashes)
    {
        var newCodes = GC.AllocateUninitializedArray<byte>(idHashes.Length * CodeBytes);
        var newFacts = new RowFacts[idHashes.Length];
        for (var i = 0; i < idHashes.Length; i++)
        {
            newFacts[i] = Quantizer.QuantizeRow(
                Metric, values.Slice(i * Dimension, Dimension), idHashes[i], newCodes.AsSpan(i * CodeBytes, CodeBytes));
        }

        codes.Write(first, newCodes);
        facts.Write(first, MemoryMarshal.AsBytes<RowFacts>(newFacts));
    }

    private void ProveGroup(int start)
    {
        var end = Math.Min(start + SlotSet.WordSlots, unproven);
        for (var slot = start; slot < end; slot++)
        {
            if (Quantizer.CodeCheck(new(Codes(slot), CodeBytes), *Facts(slot)) != Facts(slot)->CodeCheck)
            {
                throw Corrupt($"the codes of row {slot} do not match their checksum; without the .i8 and .facts files they are made again");
            }
        }

        // Two threads may both check a group; both find the same.
        var group = start / SlotSet.WordSlots;
        Interlocked.Or(ref proven[group >> 6], 1UL << group);
    }

    private MeshException Corrupt(string what) => new(ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"'{name}' is corrupt: {what}");

    private static string VectorPath(string folder, long generation) => Path.Combine(folder, $"vectors.{generation}.f32");

    private static string CodePath(string folder, long generation) => Path.Combine(folder, $"vectors.{generation}.i8");

    private static string FactPath(string folder, long generation) => Path.Combine(folder, $"vectors.{generation}.facts");
}
