using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using TorchSharp;

namespace IclMesh.Train.Export;

/// <summary>Reads and writes safetensors files: fp32 for checkpoints and fixtures, fp16 for shipped weights.</summary>
internal static class Safetensors
{
    private const int HeaderPrefix = 8;

    /// <summary>Writes tensors in the order of their names; the file appears whole or not at all.</summary>
    public static void Write(string file, IReadOnlyDictionary<string, torch.Tensor> tensors, bool half)
    {
        var header = new Dictionary<string, object> { ["__metadata__"] = new { format = "pt" } };
        var offset = 0L;
        var ordered = tensors.OrderBy(x => x.Key, StringComparer.Ordinal).ToList();
        foreach (var (name, tensor) in ordered)
        {
            var integral = tensor.dtype == torch.ScalarType.Int64;
            var bytes = tensor.numel() * (integral ? 8 : half ? 2 : 4);
            header[name] = new { dtype = integral ? "I64" : half ? "F16" : "F32", shape = tensor.shape, data_offsets = new[] { offset, offset + bytes } };
            offset += bytes;
        }
        var json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        // The data starts at a multiple of eight, as the format asks; blanks at the end of the header make it so.
        var padded = (json.Length + 7) / 8 * 8;
        using (var stream = File.Create(file + ".tmp"))
        {
            Span<byte> prefix = stackalloc byte[HeaderPrefix];
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)padded);
            stream.Write(prefix);
            stream.Write(json);
            stream.Write(Encoding.UTF8.GetBytes(new string(' ', padded - json.Length)));
            foreach (var (_, tensor) in ordered)
                stream.Write(Bytes(tensor, half));
        }
        File.Move(file + ".tmp", file, overwrite: true);
    }

    /// <summary>Reads every floating-point tensor of a file as fp32.</summary>
    public static Dictionary<string, torch.Tensor> Read(string file)
    {
        var data = File.ReadAllBytes(file);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(data);
        using var json = JsonDocument.Parse(data.AsMemory(HeaderPrefix, length));
        var tensors = new Dictionary<string, torch.Tensor>(StringComparer.Ordinal);
        foreach (var entry in json.RootElement.EnumerateObject().Where(e => e.Name != "__metadata__"))
        {
            var type = entry.Value.GetProperty("dtype").GetString();
            if (type is not ("F16" or "F32"))
                continue;
            var offsets = entry.Value.GetProperty("data_offsets");
            var from = HeaderPrefix + length + offsets[0].GetInt32();
            var bytes = data.AsSpan(from, offsets[1].GetInt32() - offsets[0].GetInt32());
            float[] values = type == "F32"
                ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
                : [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(h => (float)h)];
            tensors[entry.Name] = torch.tensor(values, entry.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()).ToArray());
        }
        return tensors;
    }

    private static byte[] Bytes(torch.Tensor tensor, bool half)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        var flat = tensor.contiguous();
        if (flat.dtype == torch.ScalarType.Int64)
            return MemoryMarshal.AsBytes<long>(flat.data<long>().ToArray()).ToArray();
        var values = flat.data<float>().ToArray();
        return half
            ? MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, v => (Half)v)).ToArray()
            : MemoryMarshal.AsBytes<float>(values).ToArray();
    }
}
