using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;

namespace IclMesh.Train.Export;

/// <summary>Reads and writes safetensors files: fp32 for checkpoints and fixtures, fp16 for shipped weights.</summary>
internal static class Safetensors
{
    private const int HeaderPrefix = 8;

    private static readonly Dictionary<string, string> format = new() { ["format"] = "pt" };

    /// <summary>Writes tensors in the order of their names; the file appears whole or not at all.</summary>
    public static void Write(string file, IReadOnlyDictionary<string, torch.Tensor> tensors, bool half)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        using var writer = new SafetensorsWriter(file);
        foreach (var (name, tensor) in tensors.OrderBy(x => x.Key, StringComparer.Ordinal))
        {
            var flat = tensor.contiguous();
            if (flat.dtype == torch.ScalarType.Int64)
                writer.Add(name, flat.shape, flat.data<long>().ToArray());
            else if (half)
                writer.Add(name, flat.shape, Array.ConvertAll(flat.data<float>().ToArray(), v => (Half)v));
            else
                writer.Add(name, flat.shape, flat.data<float>().ToArray());
        }
        writer.Complete(format);
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
}
