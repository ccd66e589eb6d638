using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using IclMesh.Inference.ModelFiles.Safetensors;

namespace IclMesh.Inference.Core.Verification;

/// <summary>Expected values in a safetensors file, its integer tensors included.</summary>
internal sealed class GoldenTensors : IDisposable
{
    private readonly SafetensorsFile file;
    private readonly string path;

    public GoldenTensors(string path)
    {
        this.path = path;
        file = SafetensorsFile.Open(path);
    }

    /// <summary>True where the file has a tensor of floats of that name.</summary>
    public bool Has(string name) => file.Tensors.ContainsKey(name);

    /// <summary>All elements of a tensor of floats.</summary>
    public float[] Floats(string name)
    {
        var values = new float[file.Tensors[name].Count];
        file.Read(name, values);
        return values;
    }

    /// <summary>All elements of a tensor of 64-bit integers.</summary>
    public int[] Integers(string name)
    {
        using var stream = File.OpenRead(path);
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        stream.ReadExactly(prefix);
        var header = new byte[BinaryPrimitives.ReadInt64LittleEndian(prefix)];
        stream.ReadExactly(header);
        using var document = JsonDocument.Parse(header);
        var offsets = document.RootElement.GetProperty(name).GetProperty("data_offsets");
        var (first, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        var values = new long[(end - first) / sizeof(long)];
        stream.Position = prefix.Length + header.Length + first;
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return Array.ConvertAll(values, value => checked((int)value));
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
