using IclMesh.Inference.Engine.Precisions;
using IclMesh.Inference.ModelFiles.Gguf;
using IclMesh.Inference.ModelFiles.Tensors;
using IclMesh.Testing;

namespace IclMesh.Inference.Tests.Families;

/// <summary>Blocks of GGUF files that the reduced precisions take over as they are stored.</summary>
public sealed class StoredBlocksTests
{
    [Fact]
    public void Encode_WeightsStoredAsQ8_0_KeepTheirIntegersAndScales()
    {
        foreach (var (block, values) in Blocks("Q8_0.gguf", TensorType.Q8_0))
        {
            var packed = new byte[BlockProduct.Block];

            var scale = EightBit.Encode(values, packed);

            Assert.Equal(block.AsSpan(2).ToArray().Select(integer => (byte)(128 + (sbyte)integer)), packed);
            var stored = (double)(float)BitConverter.ToHalf(block);
            Assert.InRange(scale, stored - (1e-6 * stored), stored + (1e-6 * stored));
        }
    }

    [Fact]
    public void Encode_WeightsStoredAsQ4_0_KeepTheirIntegersAndScales()
    {
        foreach (var (block, values) in Blocks("Q4_0.gguf", TensorType.Q4_0))
        {
            var packed = new byte[BlockProduct.Block / 2];

            var scale = FourBit.Encode(values, packed);

            // The file pairs elements i and i + 16, the operator neighbours.
            var stored = block.AsSpan(2).ToArray();
            var integers = stored.Select(pair => pair & 15).Concat(stored.Select(pair => pair >> 4)).ToArray();
            Assert.Equal(integers.Chunk(2).Select(pair => (byte)(pair[0] | (pair[1] << 4))), packed);
            Assert.Equal((float)BitConverter.ToHalf(block), scale);
        }
    }

    /// <summary>Blocks that the file's own quantiser filled: their largest element uses the whole range.</summary>
    private static IEnumerable<(byte[] Block, float[] Values)> Blocks(string name, TensorType type)
    {
        using var file = GgufFile.Open(SharedData.Find("golden", "tiny-llama-gguf", name));
        var found = 0;
        foreach (var tensor in file.Tensors.Values.Where(tensor => tensor.Type == type))
        {
            var (bytes, values) = (new byte[tensor.ByteLength], new float[tensor.Count]);
            file.ReadRaw(tensor.Name, 0, bytes);
            file.Read(tensor.Name, values);
            foreach (var pair in bytes.Chunk(type.BlockBytes).Zip(values.Chunk(type.BlockLength)).Where(pair => pair.Second.Any(value => value != 0)))
            {
                found++;
                yield return pair;
            }
        }

        Assert.True(found > 100);
    }
}
