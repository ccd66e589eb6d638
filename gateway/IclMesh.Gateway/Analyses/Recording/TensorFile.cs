using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace IclMesh.Gateway.Analyses.Recording;

/// <summary>The safetensors format, 32-bit floats only: length of the header (64-bit), header (JSON), values.</summary>
internal static class TensorFile
{
    /// <summary>Writes tensors.</summary>
    public static byte[] Write(IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        var header = new Dictionary<string, object>();
        var offset = 0L;
        foreach (var (name, tensor) in tensors)
        {
            var end = offset + (tensor.Values.Length * sizeof(float));
            header[name] = new { dtype = "F32", shape = tensor.Shape, data_offsets = new[] { offset, end } };
            offset = end;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var padded = (json.Length + 7) / 8 * 8;
        var file = new byte[sizeof(long) + padded + offset];
        BinaryPrimitives.WriteInt64LittleEndian(file, padded);
        json.CopyTo(file, sizeof(long));
        file.AsSpan(sizeof(long) + json.Length, padded - json.Length).Fill((byte)' ');
        var at = sizeof(long) + padded;
        foreach (var tensor in tensors.Values)
        {
            MemoryMarshal.AsBytes<float>(tensor.Values).CopyTo(file.AsSpan(at));
            at += tensor.Values.Length * sizeof(float);
        }

        return file;
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
