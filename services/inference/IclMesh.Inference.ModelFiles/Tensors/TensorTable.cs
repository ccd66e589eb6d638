using System.Buffers;
using IclMesh.Inference.ModelFiles.Files;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Tensors;

/// <summary>Where each tensor lies in one mapped file, checked once against the file's length.</summary>
internal sealed class TensorTable(MappedFile file)
{
    private const int PieceBytes = 1 << 20;

    private readonly Dictionary<string, TensorInfo> tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> offsets = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, TensorInfo> Tensors => tensors;

    /// <summary>Adds a tensor after checking that its shape, its type and its place in the file agree.</summary>
    /// <param name="name">Name in the file.</param>
    /// <param name="type">How elements are stored.</param>
    /// <param name="shape">Lengths, outermost first; the innermost is a whole number of blocks.</param>
    /// <param name="offset">First byte, counted from the start of the file.</param>
    public TensorInfo Add(string name, TensorType type, long[] shape, long offset)
    {
        if (shape.Any(length => length < 0))
        {
            throw FileFaults.Corrupt(file.Path, $"tensor '{name}' at offset {offset}: a dimension of [{string.Join(", ", shape)}] is negative");
        }

        var innermost = shape.Length == 0 ? 1 : shape[^1];
        if (innermost % type.BlockLength != 0)
        {
            throw FileFaults.Corrupt(
                file.Path, $"tensor '{name}' at offset {offset}: rows of {innermost} elements are no whole number of {type} blocks of {type.BlockLength}");
        }

        var elements = Elements(shape);
        var bytes = elements / (ulong)type.BlockLength * (ulong)type.BlockBytes;
        if (offset < 0 || bytes > (ulong)file.Length || offset > file.Length - (long)bytes)
        {
            throw FileFaults.Corrupt(
                file.Path, $"tensor '{name}' at offset {offset}: needs {bytes} bytes, the file ends at {file.Length}");
        }

        if (bytes > int.MaxValue || elements > int.MaxValue)
        {
            throw FileFaults.Unsupported(
                file.Path, $"tensor '{name}' at offset {offset}: {elements} elements in {bytes} bytes, at most {int.MaxValue} are read as one tensor");
        }

        var info = new TensorInfo(name, type, shape, (long)bytes);
        if (!tensors.TryAdd(name, info))
        {
            throw FileFaults.Corrupt(file.Path, $"tensor '{name}' at offset {offset}: the name occurs twice");
        }

        offsets.Add(name, offset);
        return info;
    }

    public void ReadRaw(string name, long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Known(name).ByteLength - destination.Length);
        file.Read(offsets[name] + offset, destination);
    }

    public void Read(string name, Span<float> destination)
    {
        var info = Known(name);
        if (destination.Length != info.Count)
        {
            throw new ArgumentException($"tensor '{name}' has {info.Count} elements, the destination {destination.Length}", nameof(destination));
        }

        // Piece by piece: a tensor is never in memory both as stored and decoded.
        var blocks = Math.Max(1, PieceBytes / info.Type.BlockBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(blocks * info.Type.BlockBytes);
        try
        {
            for (var offset = 0L; offset < info.ByteLength;)
            {
                var bytes = buffer.AsSpan(0, (int)Math.Min(info.ByteLength - offset, blocks * info.Type.BlockBytes));
                var elements = bytes.Length / info.Type.BlockBytes * info.Type.BlockLength;
                file.Read(offsets[name] + offset, bytes);
                BlockDecoder.Decode(info.Type, bytes, destination[..elements]);
                destination = destination[elements..];
                offset += bytes.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TensorInfo Known(string name) =>
        tensors.TryGetValue(name, out var info) ? info : throw FileFaults.Corrupt(file.Path, $"tensor '{name}' is missing");

    private static UInt128 Elements(long[] shape)
    {
        // A product beyond 2^64 already exceeds every file; clamping keeps the next factor within 128 bits.
        UInt128 elements = 1;
        foreach (var length in shape)
        {
            elements = UInt128.Min(elements, ulong.MaxValue) * (ulong)length;
        }

        return elements;
    }
}
