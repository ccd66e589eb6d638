using System.Text;

namespace IclMesh.Inference.Tests.Sources;

/// <summary>Writes small GGUF files, right ones and, by its settings, wrong ones.</summary>
internal sealed class GgufWriter
{
    private readonly List<(string Key, uint Type, Action<BinaryWriter> Write)> metadata = [];
    private readonly List<(string Name, long[] Shape, uint Type, byte[] Data)> tensors = [];

    public uint Version { get; init; } = 3;

    public int Alignment { get; init; } = 32;

    public GgufWriter Text(string key, string value) => Value(key, 8, writer => Write(writer, value));

    public GgufWriter Integer(string key, uint value) => Value(key, 4, writer => writer.Write(value));

    public GgufWriter Number(string key, float value) => Value(key, 6, writer => writer.Write(value));

    public GgufWriter Flag(string key, bool value) => Value(key, 7, writer => writer.Write(value));

    public GgufWriter Texts(string key, IReadOnlyList<string> values) => Value(key, 9, writer =>
    {
        writer.Write(8u);
        writer.Write((ulong)values.Count);
        foreach (var value in values)
        {
            Write(writer, value);
        }
    });

    public GgufWriter Integers(string key, IReadOnlyList<int> values) => Value(key, 9, writer =>
    {
        writer.Write(5u);
        writer.Write((ulong)values.Count);
        foreach (var value in values)
        {
            writer.Write(value);
        }
    });

    public GgufWriter Numbers(string key, IReadOnlyList<float> values) => Value(key, 9, writer =>
    {
        writer.Write(6u);
        writer.Write((ulong)values.Count);
        foreach (var value in values)
        {
            writer.Write(value);
        }
    });

    /// <summary>Adds a tensor; the shape is outermost first, as everywhere else.</summary>
    public GgufWriter Tensor(string name, long[] shape, uint type, byte[] data)
    {
        tensors.Add((name, shape, type, data));
        return this;
    }

    public GgufWriter Tensor(string name, long[] shape, float[] values)
    {
        var data = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, data, 0, data.Length);
        return Tensor(name, shape, 0, data);
    }

    public byte[] ToArray()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(0x46554747u);
        writer.Write(Version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Count);
        foreach (var (key, type, write) in metadata)
        {
            Write(writer, key);
            writer.Write(type);
            write(writer);
        }

        long offset = 0;
        foreach (var (name, shape, type, data) in tensors)
        {
            Write(writer, name);
            writer.Write((uint)shape.Length);
            foreach (var length in shape.Reverse())
            {
                writer.Write(length);
            }

            writer.Write(type);
            writer.Write(offset);
            offset = Aligned(offset + data.Length);
        }

        Pad(writer, stream);
        foreach (var (_, _, _, data) in tensors)
        {
            writer.Write(data);
            Pad(writer, stream);
        }

        return stream.ToArray();
    }

    private static void Write(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private GgufWriter Value(string key, uint type, Action<BinaryWriter> write)
    {
        metadata.Add((key, type, write));
        return this;
    }

    private void Pad(BinaryWriter writer, MemoryStream stream) => writer.Write(new byte[Aligned(stream.Position) - stream.Position]);

    private long Aligned(long length) => (length + Alignment - 1) / Alignment * Alignment;
}
