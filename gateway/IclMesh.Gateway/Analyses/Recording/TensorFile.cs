using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>Tensors of a shard in the safetensors format, 32-bit floats only.</summary>
internal static class TensorFile
{
    /// <summary>Writes tensors.</summary>
    public static byte[] Write(IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        using var writer = new SafetensorsWriter();
        foreach (var (name, tensor) in tensors)
        {
            writer.Add(name, [.. tensor.Shape.Select(length => (long)length)], tensor.Values);
        }

        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static Dictionary<string, NamedTensor> Read(byte[] file)
    {
        var tensors = new Dictionary<string, NamedTensor>(StringComparer.Ordinal);
        if (file.Length == 0)
        {
            return tensors;
        }

        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using var header = JsonDocument.Parse(file.AsMemory(sizeof(long), length));
        var data = file.AsSpan(sizeof(long) + length);
        foreach (var entry in header.RootElement.EnumerateObject())
        {
            var offsets = entry.Value.GetProperty("data_offsets");
            var (start, end) = (offsets[0].GetInt32(), offsets[1].GetInt32());
            int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            tensors[entry.Name] = new(shape, MemoryMarshal.Cast<byte, float>(data[start..end]).ToArray());
        }

        return tensors;
    }
}
