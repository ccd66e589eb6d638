using System.Numerics;
using IclMesh.Inference.ModelFiles.Files;
using IclMesh.Inference.ModelFiles.Tensors;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Gguf;

/// <summary>One GGUF file, version 2 or 3, memory-mapped; tensors by the names that the file gives them.</summary>
/// <remarks>
/// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Nothing is allocated by a count that the file claims: its directory is
/// walked step by step, and every tensor is checked against the file's length.
/// </remarks>
public sealed class GgufFile : ITensorSource
{
    private const uint Magic = 0x46554747;
    private const int DefaultAlignment = 32;
    private const int MaximumDimensions = 4;

    private readonly MappedFile file;
    private readonly TensorTable table;
    private readonly int headerBytes;

    private GgufFile(MappedFile file)
    {
        this.file = file;
        table = new(file);
        var cursor = new GgufCursor(file.Path, file.Slice(0, Math.Min(file.Length, int.MaxValue)), 0);
        var magic = cursor.UInt32("the file's magic number");
        if (magic != Magic)
        {
            throw FileFaults.Unsupported(file.Path, $"begins with {magic:x8}, no GGUF file");
        }

        var version = cursor.UInt32("the file's version");
        if (version is not (2 or 3))
        {
            throw FileFaults.Unsupported(file.Path, $"is GGUF version {version}, versions 2 and 3 are read");
        }

        var tensors = cursor.UInt64("the number of tensors");
        Metadata = GgufMetadata.Read(file, ref cursor, cursor.UInt64("the number of metadata values"));
        AddTensors(ref cursor, tensors);
        headerBytes = cursor.Position;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => table.Tensors;

    internal GgufMetadata Metadata { get; }

    /// <summary>Everything before the weights: settings, vocabulary, and the directory of tensors.</summary>
    internal ReadOnlySpan<byte> Header => file.Slice(0, headerBytes);

    /// <summary>Maps a file and checks its header.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="MeshException">
    /// <see cref="ErrorKind.NotFound"/>; <see cref="ErrorKind.DataLoss"/> where header and file disagree, naming tensor and offset;
    /// <see cref="ErrorKind.Unimplemented"/> for other versions and storage types.
    /// </exception>
    public static GgufFile Open(string path)
    {
        var file = new MappedFile(path);
        try
        {
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Read(string name, Span<float> destination) => table.Read(name, destination);

    /// <inheritdoc/>
    public void ReadRaw(string name, long offset, Span<byte> destination) => table.ReadRaw(name, offset, destination);

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void AddTensors(ref GgufCursor cursor, ulong count)
    {
        var alignment = Metadata.Integer("general.alignment") ?? DefaultAlignment;
        if (!BitOperations.IsPow2(alignment))
        {
            throw FileFaults.Corrupt(file.Path, $"general.alignment is {alignment}, a power of two was expected");
        }

        var entries = new List<(string Name, TensorType Type, long[] Shape, ulong Offset)>();
        for (ulong i = 0; i < count; i++)
        {
            entries.Add(Entry(ref cursor, i));
        }

        var dataStart = (cursor.Position + (long)alignment - 1) / alignment * alignment;
        foreach (var (name, type, shape, offset) in entries)
        {
            if (offset % (ulong)alignment != 0 || offset > (ulong)file.Length)
            {
                throw FileFaults.Corrupt(
                    file.Path, $"tensor '{name}': offset {offset} is beyond the file's {file.Length} bytes or no multiple of {alignment}");
            }

            table.Add(name, type, shape, dataStart + (long)offset);
        }
    }

    private (string Name, TensorType Type, long[] Shape, ulong Offset) Entry(ref GgufCursor cursor, ulong index)
    {
        var name = cursor.Name($"name of tensor {index}");
        var what = $"entry of tensor '{name}'";
        var dimensions = cursor.UInt32(what);
        if (dimensions > MaximumDimensions)
        {
            throw FileFaults.Corrupt(file.Path, $"{what} at offset {cursor.Position}: {dimensions} dimensions, at most {MaximumDimensions} exist");
        }

        // The file lists the innermost dimension first.
        var shape = new long[dimensions];
        for (var d = shape.Length - 1; d >= 0; d--)
        {
            shape[d] = unchecked((long)cursor.UInt64(what));
        }

        return (name, Type(name, cursor.UInt32(what), cursor.Position), shape, cursor.UInt64(what));
    }

    private TensorType Type(string tensor, uint number, int offset) => number switch
    {
        0 => TensorType.F32,
        1 => TensorType.F16,
        2 => TensorType.Q4_0,
        3 => TensorType.Q4_1,
        6 => TensorType.Q5_0,
        7 => TensorType.Q5_1,
        8 => TensorType.Q8_0,
        12 => TensorType.Q4_K,
        13 => TensorType.Q5_K,
        14 => TensorType.Q6_K,
        28 => TensorType.F64,
        30 => TensorType.BF16,
        _ => throw FileFaults.Unsupported(
            file.Path, $"tensor '{tensor}' at offset {offset}: GGUF type {number} is not read; {string.Join(", ", Enum.GetNames<TensorType>())} are"),
    };
}
