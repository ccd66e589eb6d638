using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace IclMesh.Retrieval.Core.Exact;

/// <summary>A file of equally long rows, appended by writes and read through memory mappings.</summary>
/// <remarks>
/// Rows are written with ordinary writes, so a full disk is an exception and not a fault; the mappings are read-only. Each further mapping is
/// as large as all before it, so old mappings stay valid while the file grows and a row is found with one logarithm.
/// Layout: a page with magic, format version, kind and row length, then the rows.
/// </remarks>
internal sealed unsafe class RowFile : IDisposable
{
    private const int HeaderBytes = 4096;
    private const int FormatVersion = 1;
    private const int FirstExtentRows = 1024;
    private static readonly byte[] Magic = "ICLROWS\0"u8.ToArray();

    private readonly SafeFileHandle handle;
    private readonly List<MemoryMappedViewAccessor> views = [];
    private byte*[] extents = [];

    private RowFile(SafeFileHandle handle, int rowBytes)
    {
        this.handle = handle;
        RowBytes = rowBytes;
    }

    /// <summary>Bytes of one row.</summary>
    public int RowBytes { get; }

    /// <summary>Creates an empty file.</summary>
    /// <param name="path">Where; must not exist.</param>
    /// <param name="kind">Four bytes that tell files of different content apart.</param>
    /// <param name="rowBytes">Bytes of one row, a multiple of 4.</param>
    public static RowFile Create(string path, uint kind, int rowBytes)
    {
        if (File.Exists(path))
        {
            throw new IOException($"'{Path.GetFileName(path)}' exists already");
        }

        PrivateFiles.Ensure(path);
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.Write(handle, Header(kind, rowBytes), 0);
        return new(handle, rowBytes);
    }

    /// <summary>Creates an empty file over what may be there.</summary>
    /// <param name="path">Where.</param>
    /// <param name="kind">Four bytes that tell files of different content apart.</param>
    /// <param name="rowBytes">Bytes of one row, a multiple of 4.</param>
    public static RowFile CreateOver(string path, uint kind, int rowBytes)
    {
        File.Delete(path);
        return Create(path, kind, rowBytes);
    }

    /// <summary>Opens a file and checks that it holds what it must.</summary>
    /// <param name="path">An existing file.</param>
    /// <param name="kind">The expected kind.</param>
    /// <param name="rowBytes">The expected row length.</param>
    /// <param name="rows">Rows that must be there.</param>
    /// <exception cref="MeshException">The header differs or the file is too short.</exception>
    public static RowFile Open(string path, uint kind, int rowBytes, int rows)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        try
        {
            CheckHeader(handle, path, kind, rowBytes);
            var needed = HeaderBytes + (long)rows * rowBytes;
            var length = RandomAccess.GetLength(handle);
            if (length < needed)
            {
                throw Corrupt(path, $"has {length} bytes, its {rows} rows need {needed}");
            }

            var file = new RowFile(handle, rowBytes);
            file.Map(rows);
            return file;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Writes rows and makes them readable; on disk for certain only after <see cref="Flush"/>.</summary>
    /// <param name="first">Row number of the first one; whatever stands there is overwritten.</param>
    /// <param name="rows">The rows' bytes.</param>
    public void Write(int first, ReadOnlySpan<byte> rows)
    {
        RandomAccess.Write(handle, rows, HeaderBytes + (long)first * RowBytes);
        Map(first + rows.Length / RowBytes);
    }

    /// <summary>Copies the first rows into a new file and waits until they are on disk.</summary>
    /// <param name="path">The new file.</param>
    /// <param name="rows">Rows to copy.</param>
    /// <param name="cancellationToken">Stops; the new file is incomplete then.</param>
    public void CopyTo(string path, int rows, CancellationToken cancellationToken)
    {
        PrivateFiles.Ensure(path);
        using var target = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        var buffer = new byte[1 << 20];
        var end = HeaderBytes + (long)rows * RowBytes;
        for (var position = 0L; position < end;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - position)), position);
            if (read == 0)
            {
                throw Corrupt(path, $"ends at byte {position}, {end} are needed");
            }

            RandomAccess.Write(target, buffer.AsSpan(0, read), position);
            position += read;
        }

        RandomAccess.FlushToDisk(target);
    }

    /// <summary>Waits until everything written is on disk.</summary>
    public void Flush() => RandomAccess.FlushToDisk(handle);

    /// <summary>One row in place; valid while this file is open.</summary>
    /// <param name="row">A row that was written.</param>
    public byte* Row(int row) => Row(Locate(row));

    /// <summary>One row in place, by where it lies in every row file.</summary>
    /// <param name="place">What <see cref="Locate"/> says of a row that was written.</param>
    public byte* Row((int Extent, int Row) place) => extents[place.Extent] + (long)place.Row * RowBytes;

    /// <summary>The mapping that holds a row, and the row's number in it: the same in every row file.</summary>
    /// <param name="row">A row, 0 or more.</param>
    public static (int Extent, int Row) Locate(int row)
    {
        var extent = row < FirstExtentRows ? 0 : BitOperations.Log2((uint)row / FirstExtentRows) + 1;
        return (extent, row - (extent == 0 ? 0 : FirstExtentRows << (extent - 1)));
    }

    /// <summary>Copies one row by an ordinary read, which makes no page of the mapping resident.</summary>
    /// <param name="row">A row that was written.</param>
    /// <param name="target">Receives <see cref="RowBytes"/> bytes.</param>
    /// <returns>False where the file has become too short.</returns>
    public bool TryRead(int row, Span<byte> target)
    {
        var position = HeaderBytes + (long)row * RowBytes;
        while (!target.IsEmpty && RandomAccess.Read(handle, target, position) is > 0 and var read)
        {
            target = target[read..];
            position += read;
        }

        return target.IsEmpty;
    }

    /// <summary>
    /// True while the file still holds its first rows: reading a mapping behind the end of a file that somebody cut short would end the process. What
    /// is cut while a mapping is being read cannot be caught.
    /// </summary>
    /// <param name="rows">Rows.</param>
    public bool Holds(int rows) => RandomAccess.GetLength(handle) >= HeaderBytes + ((long)rows * RowBytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var view in views)
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
        }

        views.Clear();
        handle.Dispose();
    }

    private static int ExtentRows(int extent) => extent == 0 ? FirstExtentRows : FirstExtentRows << (extent - 1);

    private void Map(int rows)
    {
        while (rows > 0 && Locate(rows - 1).Extent >= extents.Length)
        {
            var extent = extents.Length;
            var start = HeaderBytes + (long)(extent == 0 ? 0 : ExtentRows(extent)) * RowBytes;
            var length = (long)ExtentRows(extent) * RowBytes;
            if (RandomAccess.GetLength(handle) < start + length)
            {
                // The file becomes sparse: no disk space is taken before rows are written.
                RandomAccess.SetLength(handle, start + length);
            }

            using var mapping = MemoryMappedFile.CreateFromFile(
                handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            var view = mapping.CreateViewAccessor(start, length, MemoryMappedFileAccess.Read);
            byte* pointer = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
            views.Add(view);

            // Readers may hold the old array: it is replaced, never changed.
            extents = Append(extents, pointer + view.PointerOffset);
        }
    }

    private static byte*[] Append(byte*[] pointers, byte* pointer)
    {
        var grown = new byte*[pointers.Length + 1];
        for (var i = 0; i < pointers.Length; i++)
        {
            grown[i] = pointers[i];
        }

        grown[^1] = pointer;
        return grown;
    }

    private static byte[] Header(uint kind, int rowBytes)
    {
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header, 0);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), kind);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), rowBytes);
        return header;
    }

    private static void CheckHeader(SafeFileHandle handle, string path, uint kind, int rowBytes)
    {
        var header = new byte[HeaderBytes];
        var read = RandomAccess.Read(handle, header, 0);
        if (read < HeaderBytes || !header.AsSpan(0, 8).SequenceEqual(Magic))
        {
            throw Corrupt(path, "does not start with the header of a row file");
        }

        var version = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8));
        if (version > FormatVersion)
        {
            throw new MeshException(
                ErrorKind.FailedPrecondition,
                ErrorReasons.FormatUnsupported,
                $"'{Path.GetFileName(path)}' has format version {version}, this build reads up to {FormatVersion}");
        }

        if (!header.AsSpan().SequenceEqual(Header(kind, rowBytes)))
        {
            var actual = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(16));
            throw Corrupt(path, $"holds rows of {actual} bytes or of another kind, rows of {rowBytes} bytes were expected");
        }
    }

    private static MeshException Corrupt(string path, string what) =>
        new(ErrorKind.DataLoss, ErrorReasons.DataCorrupt, $"'{Path.GetFileName(path)}' {what}");
}
