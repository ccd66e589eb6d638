using System.IO.MemoryMappedFiles;
using IclMesh.Inference.Text.Settings;
using Microsoft.Win32.SafeHandles;

namespace IclMesh.Inference.ModelFiles.Files;

/// <summary>A file mapped into memory, read-only. Pages are read when they are touched and belong to the system's file cache.</summary>
/// <remarks>
/// Touching a page behind the end of a file that somebody shortened meanwhile would end the process. So weights, most of the bytes,
/// are copied out through the file's handle, where a short read is an ordinary failure, and spans of the map (headers, vocabularies) are
/// handed out only while the file has the length and the time of writing that it was opened with.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? mapping;
    private readonly MemoryMappedViewAccessor? view;
    private readonly byte* start;
    private readonly SafeFileHandle handle;
    private readonly DateTime written;

    public MappedFile(string path)
    {
        Path = path;
        try
        {
            handle = File.OpenHandle(path);
            Length = RandomAccess.GetLength(handle);
            written = File.GetLastWriteTimeUtc(handle);
            if (Length == 0)
            {
                return;
            }

            mapping = MemoryMappedFile.CreateFromFile(
                handle, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        }
        catch (Exception cause) when (cause is FileNotFoundException or DirectoryNotFoundException)
        {
            throw MeshException.NotFound("file", path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new MeshException(ErrorKind.FailedPrecondition, ErrorReasons.StorageUnavailable, $"{path}: cannot be read: {cause.Message}", cause);
        }

        view = mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        start = pointer + view.PointerOffset;
    }

    /// <summary>Path as it was given.</summary>
    public string Path { get; }

    /// <summary>Bytes in the file when it was opened.</summary>
    public long Length { get; }

    /// <summary>A part of the file; valid until this object is disposed.</summary>
    /// <exception cref="MeshException"><see cref="ErrorKind.DataLoss"/> where the file has changed since it was opened.</exception>
    public ReadOnlySpan<byte> Slice(long offset, long length)
    {
        Check(offset, length);
        return new(start + offset, checked((int)length));
    }

    /// <summary>Copies a part of the file.</summary>
    /// <exception cref="MeshException"><see cref="ErrorKind.DataLoss"/> where the file has changed since it was opened.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        Check(offset, destination.Length);
        while (!destination.IsEmpty)
        {
            var count = RandomAccess.Read(handle, destination, offset);
            if (count == 0)
            {
                throw Changed();
            }

            offset += count;
            destination = destination[count..];
        }
    }

    public void Dispose()
    {
        handle.Dispose();
        if (view is null || view.SafeMemoryMappedViewHandle.IsClosed)
        {
            return;
        }

        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        mapping!.Dispose();
    }

    private void Check(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        if (RandomAccess.GetLength(handle) != Length || File.GetLastWriteTimeUtc(handle) != written)
        {
            throw Changed();
        }
    }

    private MeshException Changed() => FileFaults.Corrupt(
        Path, $"was changed while it was open: it had {Length} bytes, now {RandomAccess.GetLength(handle)}; replace model files by renaming, never in place");
}
