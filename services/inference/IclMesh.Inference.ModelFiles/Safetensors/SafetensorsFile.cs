using System.Buffers.Binary;
using System.Text.Json;
using IclMesh.Inference.ModelFiles.Files;
using IclMesh.Inference.ModelFiles.Tensors;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.ModelFiles.Safetensors;

/// <summary>One safetensors file: F64, F32, F16 and BF16 tensors, memory-mapped.</summary>
/// <remarks>
/// Format: https://huggingface.co/docs/safetensors. The header is checked against the file's length before anything is allocated for it.
/// Tensors of other types (integer position ids, boolean masks, 8-bit floats) are listed apart, as not read.
/// </remarks>
public sealed class SafetensorsFile : ITensorSource
{
    private const int PrefixBytes = 8;

    // The format's own limit.
    private const long MaximumHeaderBytes = 100_000_000;

    private readonly MappedFile file;
    private readonly TensorTable table;
    private readonly Dictionary<string, string> unread = new(StringComparer.Ordinal);

    private SafetensorsFile(MappedFile file)
    {
        this.file = file;
        table = new(file);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => table.Tensors;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Unread => unread;

    /// <summary>Maps a file and checks its header.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="MeshException">
    /// <see cref="ErrorKind.NotFound"/>; <see cref="ErrorKind.DataLoss"/> where header and file disagree, naming tensor and offset.
    /// </exception>
    public static SafetensorsFile Open(string path)
    {
        var file = new MappedFile(path);
        try
        {
            var source = new SafetensorsFile(file);
            source.ReadHeader();
            return source;
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

    private void ReadHeader()
    {
        if (file.Length < PrefixBytes)
        {
            throw FileFaults.Corrupt(file.Path, $"{file.Length} bytes are too few for a safetensors header");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(0, PrefixBytes));
        var limit = Math.Min(MaximumHeaderBytes, file.Length - PrefixBytes);
        if (length > (ulong)limit)
        {
            throw FileFaults.Corrupt(file.Path, $"header at offset {PrefixBytes}: {length} bytes exceed the limit of {limit}");
        }

        using var header = JsonFile.Parse(file.Path, file.Slice(PrefixBytes, (long)length).ToArray());
        var dataStart = PrefixBytes + (long)length;
        foreach (var member in header.RootElement.EnumerateObject().Where(member => member.Name != "__metadata__"))
        {
            Add(member.Name, member.Value, dataStart);
        }
    }

    private void Add(string name, JsonElement entry, long dataStart)
    {
        if (entry.ValueKind != JsonValueKind.Object
            || !entry.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || !TryLongs(entry, "shape", out var shape)
            || !TryLongs(entry, "data_offsets", out var range) || range.Length != 2)
        {
            throw FileFaults.Corrupt(file.Path, $"tensor '{name}': its header entry needs dtype, shape and two data_offsets");
        }

        var (begin, end) = (range[0], range[1]);
        if (begin < 0 || end < begin || end > file.Length - dataStart)
        {
            throw FileFaults.Corrupt(
                file.Path, $"tensor '{name}' at offset {begin}: ends at {end}, the data of the file at {file.Length - dataStart}");
        }

        TensorType? type = dtype.GetString() switch
        {
            "F64" => TensorType.F64,
            "F32" => TensorType.F32,
            "F16" => TensorType.F16,
            "BF16" => TensorType.BF16,
            _ => null,
        };
        if (type is null)
        {
            if (!unread.TryAdd(name, dtype.GetString()!) || table.Tensors.ContainsKey(name))
            {
                throw FileFaults.Corrupt(file.Path, $"tensor '{name}' at offset {begin}: the name occurs twice");
            }

            return;
        }

        var info = table.Add(name, type.Value, shape, dataStart + begin);
        if (info.ByteLength != end - begin)
        {
            throw FileFaults.Corrupt(
                file.Path, $"tensor '{name}' at offset {begin}: its shape takes {info.ByteLength} bytes, its offsets hold {end - begin}");
        }
    }

    private static bool TryLongs(JsonElement entry, string key, out long[] values)
    {
        values = [];
        if (!entry.TryGetProperty(key, out var array) || array.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        values = new long[array.GetArrayLength()];
        var i = 0;
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out values[i++]))
            {
                return false;
            }
        }

        return true;
    }
}
