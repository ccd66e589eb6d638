using System.IO.MemoryMappedFiles;

namespace IclMesh.Inference.Core.Sources;

/// <summary>A file mapped into memory, read-only. Pages are read when they are touched and belong to the system's file cache.</summary>
/// <remarks>
/// The length is fixed when the file is opened and every span is checked against it. A file that another process shortens
/// while it is mapped cannot be caught by any check; replace model files by renaming, never in place.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? mapping;
    private readonly MemoryMappedViewAccessor? view;
    private readonly byte* start;

    public MappedFile(string path)
    {
        Path = path;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            Length = stream.Length;
            if (Length == 0)
            {
                return;
            }

            mapping = MemoryMappedFile.CreateFromFile(
                stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
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
    public ReadOnlySpan<byte> Slice(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        ObjectDisposedException.ThrowIf(view is { SafeMemoryMappedViewHandle.IsClosed: true }, this);
        return new(start + offset, checked((int)length));
    }

    public void Dispose()
    {
        if (view is null || view.SafeMemoryMappedViewHandle.IsClosed)
        {
            return;
        }

        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        mapping!.Dispose();
    }
}
