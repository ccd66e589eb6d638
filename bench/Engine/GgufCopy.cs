using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using IclMesh.Inference.ModelFiles.Gguf;
using IclMesh.Inference.ModelFiles.Tensors;

namespace IclMesh.Bench.Engine;

/// <summary>Rewrites a GGUF file with its matrices in another storage type, metadata untouched, so that peers run the same numbers.</summary>
internal static class GgufCopy
{
    private const int Block = 32;

    /// <summary>Writes a copy.</summary>
    /// <param name="from">The file.</param>
    /// <param name="to">The copy.</param>
    /// <param name="type">F16 or Q8_0; vectors stay F32.</param>
    public static void Write(string from, string to, TensorType type)
    {
        using var source = GgufFile.Open(from);
        using var file = File.Create(to);
        var header = File.ReadAllBytes(from)[..MetadataEnd(from)];
        file.Write(header);
        var (offset, alignment) = (0L, 32L);
        var tensors = source.Tensors.Values.ToList();
        foreach (var tensor in tensors)
        {
            var name = Encoding.UTF8.GetBytes(tensor.Name);
            Write(file, (ulong)name.Length);
            file.Write(name);
            Write(file, (uint)tensor.Shape.Count);
            foreach (var length in tensor.Shape.Reverse())
            {
                Write(file, (ulong)length);
            }

            Write(file, tensor.Shape.Count < 2 ? 0u : type == TensorType.F16 ? 1u : 8u);
            Write(file, (ulong)offset);
            offset += (Bytes(tensor, type) + alignment - 1) / alignment * alignment;
        }

        foreach (var tensor in tensors)
        {
            file.Write(new byte[(alignment - (file.Position % alignment)) % alignment]);
            var values = new float[tensor.Count];
            source.Read(tensor.Name, values);
            file.Write(Encode(values, tensor.Shape.Count < 2 ? TensorType.F32 : type));
        }
    }

    private static long Bytes(TensorInfo tensor, TensorType type)
    {
        var stored = tensor.Shape.Count < 2 ? TensorType.F32 : type;
        return tensor.Count / stored.BlockLength * stored.BlockBytes;
    }

    private static byte[] Encode(float[] values, TensorType type)
    {
        switch (type)
        {
            case TensorType.F32:
                return MemoryMarshal.AsBytes<float>(values).ToArray();
            case TensorType.F16:
                var halves = new Half[values.Length];
                TensorPrimitives.ConvertToHalf(values, halves);
                return MemoryMarshal.AsBytes<Half>(halves).ToArray();
            default:
                var bytes = new byte[values.Length / Block * TensorType.Q8_0.BlockBytes];
                for (var block = 0; block < values.Length / Block; block++)
                {
                    EncodeBlock(values.AsSpan(block * Block, Block), bytes.AsSpan(block * TensorType.Q8_0.BlockBytes));
                }

                return bytes;
        }
    }

    private static void EncodeBlock(ReadOnlySpan<float> values, Span<byte> target)
    {
        var scale = Math.Abs(TensorPrimitives.MaxMagnitude(values)) / sbyte.MaxValue;
        BinaryPrimitives.WriteHalfLittleEndian(target, (Half)scale);
        for (var place = 0; place < values.Length; place++)
        {
            target[2 + place] = unchecked((byte)(sbyte)MathF.Round(scale > 0 ? values[place] / scale : 0));
        }
    }

    /// <summary>First byte behind the key-value pairs.</summary>
    private static int MetadataEnd(string path)
    {
        var cursor = new GgufCursor(path, File.ReadAllBytes(path), 0);
        cursor.UInt32("magic");
        cursor.UInt32("version");
        cursor.UInt64("tensors");
        var pairs = cursor.UInt64("pairs");
        for (ulong pair = 0; pair < pairs; pair++)
        {
            cursor.Name("key");
            cursor.Skip(cursor.Type("value"), "value");
        }

        return cursor.Position;
    }

    private static void Write(FileStream file, ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        file.Write(bytes);
    }

    private static void Write(FileStream file, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        file.Write(bytes);
    }
}
